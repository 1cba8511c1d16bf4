/** How full a stream is. */
import type { streamInfo } from '#nats/streams/stream-info';
import type { StreamFill } from '#telemetry/task-gauges';

type Info = NonNullable<Awaited<ReturnType<typeof streamInfo>>>;

/** Used share of the stream's bytes; none when it has no bound. */
export function fillOf({ config, state }: Pick<Info, 'config' | 'state'>): readonly StreamFill[] {
  return config.max_bytes > 0 ? [{ stream: config.name, ratio: state.bytes / config.max_bytes }] : [];
}

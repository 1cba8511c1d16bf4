/** The accepted rows of a batch as one table. */
import { concatFrames, readFrame, type DataFrame } from '#columns/frames';
import type { InputFrame } from '#frame/step';

/** Rows of all sections `ok`, in order; undefined when there are none. */
export function okRows(frames: readonly InputFrame[]): DataFrame | undefined {
  const tables = frames.flatMap((frame) => frame.sections.filter((s) => s.name === 'ok' && s.rows > 0).map((s) => readFrame(s.data)));
  return tables.length === 0 ? undefined : concatFrames(tables);
}

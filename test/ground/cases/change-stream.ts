/** What an administrator does to a stream. */
import type { StreamConfig } from '@nats-io/jetstream';
import type { World } from '../support/world.js';

export const deleteStream = ({ admin }: World, stream: string): Promise<boolean> => admin.jsm.streams.delete(stream);
export const purge = ({ admin }: World, stream: string): Promise<unknown> => admin.jsm.streams.purge(stream);

/** Deletes it, and makes it again as it was. */
export async function remake(world: World, stream: string): Promise<void> {
  const { config } = await world.admin.jsm.streams.info(stream);
  await deleteStream(world, stream);
  await world.admin.jsm.streams.add(config);
}

export async function edit({ admin }: World, stream: string, settings: Partial<StreamConfig>): Promise<void> {
  const { config } = await admin.jsm.streams.info(stream);
  await admin.jsm.streams.update(stream, { ...config, ...settings });
}

export async function lastSeq({ admin }: World, stream: string): Promise<number> {
  return (await admin.jsm.streams.info(stream)).state.last_seq;
}

export interface Setting {
  readonly name: string;
  readonly to: Partial<StreamConfig>;
  /** What it is by default. */
  readonly back: Partial<StreamConfig>;
  readonly says: string;
}

const hourNs = 3_600e9;

/** Settings that can be edited, with which a stream would lose or refuse something; none of these values does yet. */
export const settings: readonly Setting[] = [
  {
    name: 'discard',
    to: { discard: 'old' as StreamConfig['discard'] },
    back: { discard: 'new' as StreamConfig['discard'] },
    says: '--discard=new',
  },
  { name: 'max_age', to: { max_age: hourNs }, back: { max_age: 0 }, says: '--max-age=0' },
  { name: 'max_msgs', to: { max_msgs: 1_000_000 }, back: { max_msgs: -1 }, says: '--max-msgs=-1' },
  {
    name: 'max_msgs_per_subject',
    to: { max_msgs_per_subject: 1_000_000 },
    back: { max_msgs_per_subject: -1 },
    says: '--max-msgs-per-subject=-1',
  },
  { name: 'max_msg_size', to: { max_msg_size: 1_000_000 }, back: { max_msg_size: -1 }, says: '--max-msg-size=-1' },
];

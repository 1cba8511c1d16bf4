/** Faults of streams, buckets and logs. */
import { deleteStream, edit, editStream, front, natsIn, type PreparedFault, remakeStreams } from './prepared-fault.js';
import { type Place, publishOrders } from './prepared-place.js';

const raw = 'afl_orders_raw_orders_0';
const valid = 'afl_orders_valid_orders_1';
const enriched = 'afl_orders_enriched_orders_2';

async function nearlyFull(place: Place, stream: string, share: number): Promise<void> {
  const { state } = await natsIn(place).jsm.streams.info(stream);
  await editStream(place, stream, { max_bytes: Math.ceil(state.bytes / share) });
}

async function ownStream(place: Place, settings: object): Promise<void> {
  await deleteStream(place, front);
  await natsIn(place).jsm.streams.add({ name: 'ORDERS', subjects: ['shop.orders', 'shop.orders.>'], ...settings });
  edit(place, 'subjects: [shop.orders, shop.orders.>]', 'stream: ORDERS');
}

export const faultsOfStreams: readonly PreparedFault[] = [
  {
    name: 'the front stream was deleted',
    breaks: (place) => deleteStream(place, front),
    finds: 'stream-missing',
    says: /front_orders: the front stream is not there, although others.*`afluente streams`/,
  },
  {
    name: 'another stream has the subjects',
    breaks: async (place) => {
      await deleteStream(place, front);
      await natsIn(place).jsm.streams.add({ name: 'greedy', subjects: ['shop.>'] });
    },
    finds: 'subject-taken',
    says: /front_orders: cannot be made: stream greedy has its subjects shop\.orders, shop\.orders\.>\. Name greedy in the source/,
    also: ['stream-missing'],
  },
  {
    name: 'the front stream forgets by age',
    breaks: (place) => editStream(place, front, { max_age: 3_600e9 }),
    finds: 'stream-settings',
    says: /front_orders: deletes messages by age\. `nats stream edit afl_orders_front_orders --max-age=0`/,
  },
  {
    name: 'the front stream drops the oldest',
    breaks: (place) => editStream(place, front, { discard: 'old' }),
    finds: 'stream-settings',
    says: /front_orders: deletes its oldest messages when it is full\. `nats/,
  },
  {
    name: 'the front stream keeps one message of a subject',
    breaks: (place) => editStream(place, front, { max_msgs_per_subject: 1 }),
    finds: 'stream-settings',
    says: /1 messages of a subject only/,
  },
  {
    name: 'the front stream refuses purges',
    breaks: (place) => editStream(place, front, { deny_purge: true }),
    finds: 'stream-settings',
    says: /refuses purges/,
  },
  {
    name: 'the front stream is one for interested readers',
    breaks: async (place) => {
      await deleteStream(place, front);
      await natsIn(place).jsm.streams.add({
        name: front,
        subjects: ['shop.orders', 'shop.orders.>'],
        retention: 'interest',
        discard: 'new',
        max_bytes: 2 ** 31,
      });
    },
    finds: 'stream-settings',
    says: /retention "interest", so readers would delete messages for each other/,
    also: ['stream-replaced'],
  },
  {
    name: 'a log has the subjects of others',
    breaks: (place) => editStream(place, valid, { subjects: ['something.else'] }),
    finds: 'stream-settings',
    says: /valid_orders_1: has no subject afl\.orders\.valid\.orders\.1, only something\.else/,
  },
  {
    name: 'a log was deleted',
    breaks: (place) => deleteStream(place, valid),
    finds: 'stream-missing',
    says: /valid_orders_1: the log is not there, although others/,
  },
  {
    name: 'a log was deleted and made again',
    breaks: async (place) => {
      await deleteStream(place, valid);
      await remakeStreams(place);
    },
    finds: 'stream-replaced',
    says: /valid_orders_1: was recreated .*: read by enrich\.orders\.1\. Restore NATS from a backup/,
  },
  {
    name: 'a log that tables read was deleted and made again',
    breaks: async (place) => {
      await deleteStream(place, enriched);
      await remakeStreams(place);
    },
    finds: 'table-input',
    says: /silver_orders: afl_orders_enriched_orders_2 was deleted and made again since the table last read it/,
    also: ['stream-replaced'],
  },
  {
    name: 'events were purged before they were read',
    breaks: async (place) => {
      await publishOrders(natsIn(place), 'purged', 10);
      await natsIn(place).jsm.streams.purge(front);
    },
    finds: 'stream-replaced',
    says: /front_orders: starts at \d+ but this task has only read to \d+: 10 messages were deleted before they were read: read by ingest\.orders/,
  },
  {
    name: 'somebody publishes into a log',
    breaks: (place) => natsIn(place).js.publish('afl.orders.raw.orders.0', 'no frame'),
    finds: 'foreign-message',
    says: /raw_orders_0: message \d+ is no frame: something else publishes/,
  },
  {
    name: 'partitions were changed',
    breaks: (place) => edit(place, 'partitions: 3', 'partitions: 2'),
    finds: 'pipeline-changed',
    says: /raw_orders_0: was made for "source orders, 3 partitions by .*" ?, but pipeline\.yaml now says "source orders, 2 partitions.*Set that back/,
  },
  {
    name: 'the key was changed',
    breaks: (place) => edit(place, 'key: customer\n', 'key: order_id\n'),
    finds: 'pipeline-changed',
    says: /by order_id, id order_id.*Set that back/,
    also: ['stream-missing'],
  },
  {
    name: 'a window was changed',
    breaks: (place) => edit(place, 'tumbling: 10s', 'tumbling: 60s'),
    finds: 'pipeline-changed',
    says: /by_state.*tumbling 10000 ms.*now says .*tumbling 60000 ms.*give the window another name/,
  },
  {
    name: 'a log is nearly full',
    breaks: (place) => nearlyFull(place, raw, 0.9),
    finds: 'stream-full',
    severity: 'warning',
    says: /raw_orders_0: is (8\d|90) % full/,
    also: ['stream-differs'],
  },
  {
    name: 'the front stream is full',
    breaks: async (place) => {
      await publishOrders(natsIn(place), 'waits');
      await nearlyFull(place, front, 0.99);
    },
    finds: 'stream-full',
    says: /front_orders: is 9\d % full .*bytesMax of the source/,
    also: ['stream-differs'],
  },
  {
    name: 'the tasks bucket was deleted',
    breaks: (place) => deleteStream(place, 'KV_afl_orders_tasks'),
    finds: 'bucket-missing',
    severity: 'warning',
    says: /KV_afl_orders_tasks: the bucket is not there.*Nothing is lost/,
  },
  {
    name: 'the objects bucket was deleted',
    breaks: (place) => deleteStream(place, 'KV_afl_orders_objects'),
    finds: 'bucket-missing',
    says: /KV_afl_orders_objects: the bucket is not there.*Restore it from a backup/,
  },
  {
    name: "a user's stream is not there",
    breaks: async (place) => {
      await ownStream(place, {});
      await deleteStream(place, 'ORDERS');
    },
    finds: 'stream-missing',
    says: /ORDERS: the stream that a source reads is not there/,
  },
  {
    name: "a user's stream is sealed",
    breaks: async (place) => {
      await ownStream(place, {});
      await natsIn(place).jsm.streams.update('ORDERS', { sealed: true } as object);
    },
    finds: 'user-stream',
    severity: 'warning',
    says: /ORDERS: is sealed: it can be read, and takes no more events/,
  },
  {
    name: "a user's stream forgets by age",
    breaks: (place) => ownStream(place, { max_age: 600e9 }),
    finds: 'user-stream',
    severity: 'warning',
    says: /ORDERS: deletes events after 600 s, read or not/,
  },
];

/** The keys of a source: where its events come from, and what they are. */
import { type EnvelopeName, envelopeNames } from '#envelopes/all-envelopes';
import { ref } from './schema-leaves.js';
import { mapping, schema, withDefault } from './schema-value.js';

/** Size of a front stream of ours where the file names none. */
export const frontBytesMax = '2GiB';

/** Of RFC 3339. */
const dateTime =
  '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])[Tt]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d)';

const eventTime = mapping('when an event happened, and how far events may be out of order', {
  field: {
    ...ref('column', 'field with the event time; `_arrived_at` is when NATS stored the message', 'occurred_at'),
    'x-otherwise': 'required; with `envelope` its time',
  },
  outOfOrderness: withDefault(
    ref('duration', 'how much older than the newest event an event on time may be', '5s'),
    '5s',
  ),
  aheadMax: withDefault(
    ref('duration', 'how far beyond its arrival an event may lie and still take time along; see Late', '1m'),
    '1m',
  ),
  idleAfter: withDefault(ref('positiveDuration', 'a silent partition lets time go on after this long', '10s'), '10s'),
});

/** An envelope has a time, so that a source with one need not name any. */
const timeOrEnvelope = {
  if: { required: ['envelope'] },
  else: { required: ['eventTime'], properties: { eventTime: { type: 'object', required: ['field'] } } },
};

export const source = {
  ...mapping(
    'a kind of event with one contract',
    {
      subjects: schema<readonly string[]>({
        'x-must': 'a list of one or more NATS subjects',
        description:
          'NATS subjects to take; Afluente keeps the stream. Or `stream`, one of the two. A token in braces is a column: `events.orders.{region}`',
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { 'x-must': 'a NATS subject', type: 'string', minLength: 1 },
        examples: [['events.orders']],
      }),
      // No default that is filled in: beside `stream` the key may not stand.
      bytesMax: {
        ...ref(
          'size',
          "size of the stream over the subjects; when it is full, producers get NATS's own error",
          frontBytesMax,
        ),
        'x-otherwise': `\`${frontBytesMax}\``,
      },
      stream: schema<string>({
        'x-must': 'the name of a JetStream stream (no spaces, ".", "*", ">", "/" or "\\")',
        description: 'an existing stream of yours: see Streams that you have',
        type: 'string',
        pattern: '^[^\\s.*>/\\\\]+$',
        examples: ['ORDERS'],
      }),
      filter: schema<string | readonly string[]>({
        'x-must': 'a NATS subject, or a list of them',
        description:
          'subjects of this stream, if not all of it is taken; with columns as in `subjects`. Several need nats-server 2.10',
        type: ['string', 'array'],
        minLength: 1,
        minItems: 1,
        uniqueItems: true,
        items: { 'x-must': 'a NATS subject', type: 'string', minLength: 1 },
        examples: ['orders.>'],
      }),
      start: schema<string | number>({
        'x-must':
          'first, new, the sequence of a message (from 1) or a date-time with a zone, e.g. 2026-01-31T00:00:00Z',
        'x-otherwise': '`first`',
        description:
          'where in this stream the source begins: `first`, `new` (what comes from now on), the sequence of a message, or a time. It counts once, when the source has read nothing yet',
        type: ['string', 'integer'],
        minimum: 1,
        pattern: `^(first|new|${dateTime})$`,
        examples: ['new'],
      }),
      headers: withDefault(
        schema<Readonly<Record<string, string | { readonly name: string; readonly time?: boolean }>>>({
          'x-must': 'a mapping of columns to headers',
          'x-otherwise': 'none',
          description:
            'columns from headers of the message: column to name of the header, or `{ name: X-Sent-At, time: true }` for one that holds a date-time. Names match in any case; values of up to 256 bytes',
          type: 'object',
          propertyNames: { $ref: '#/$defs/column' },
          additionalProperties: {
            'x-must': 'the name of a header, or { name: …, time: true }',
            type: ['string', 'object'],
            minLength: 1,
            required: ['name'],
            additionalProperties: false,
            properties: {
              name: { 'x-must': 'the name of a header', type: 'string', minLength: 1 },
              time: { 'x-must': 'true or false', type: 'boolean' },
            },
          },
          examples: [{ tenant: 'X-Tenant' }],
        }),
        {},
      ),
      envelope: schema<EnvelopeName>({
        'x-must': envelopeNames.join(' or '),
        'x-otherwise': 'none',
        description:
          'what producers put around each event: `cloudevents` or `debezium`. The contract describes what is inside, and its attributes are columns; see Envelopes',
        type: 'string',
        enum: envelopeNames,
        examples: [envelopeNames[0]],
      }),
      partitions: withDefault(
        schema<number | readonly number[]>({
          'x-must': 'a whole number from 1 to 256, or a list of what it was and is, e.g. [4, 16]',
          description:
            'how many tasks share the source, 1 to 256. To change it, add the new number to those before, e.g. `[4, 16]`: see Changing a pipeline',
          type: ['integer', 'array'],
          minimum: 1,
          maximum: 256,
          minItems: 1,
          items: { 'x-must': 'a whole number from 1 to 256', type: 'integer', minimum: 1, maximum: 256 },
          examples: [4],
        }),
        4,
      ),
      contract: ref('path', 'JSON Schema of one event', 'contracts/order.schema.json'),
      id: schema<string | readonly string[]>({
        'x-must': 'the name of a field, or a list of names',
        description:
          'field that identifies an event: a required string or integer. A dot steps into an object: `meta.id`. Or a list of fields that do so together, `_msg_id`, `_payload`; see Identity of events',
        type: ['string', 'array'],
        minLength: 1,
        minItems: 1,
        uniqueItems: true,
        items: { $ref: '#/$defs/column' },
        examples: ['event_id'],
        'x-otherwise': 'its place in the stream; with `envelope: cloudevents` `[ce_source, ce_id]`',
      }),
      key: ref(
        'column',
        'field that chooses the partition: a required string or integer, or a token of the subject. Events of one key stay in order',
        'user_id',
      ),
      eventTime: withDefault(eventTime, {}),
      dedup: withDefault(
        mapping('deduplication by event id', {
          horizon: withDefault(
            ref('duration', 'how long an event id is remembered, counted from its arrival', '1h'),
            '1h',
          ),
        }),
        {},
      ),
    },
    ['contract', 'key'],
  ),
  ...timeOrEnvelope,
  oneOf: [{ required: ['subjects'] }, { required: ['stream'] }],
  dependentSchemas: {
    bytesMax: { required: ['subjects'] },
    filter: { required: ['stream'] },
    start: { required: ['stream'] },
  },
};

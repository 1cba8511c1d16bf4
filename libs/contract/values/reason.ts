/** The closed list of reasons for which an event ends in quarantine. */

/** Reason codes with what they mean, as docs/tables.md shows them, in the order of the stages. They are stored in tables: never rename one. */
export const reasons = {
  empty_payload: 'the payload has no bytes',
  too_large:
    'the event does not fit into a frame; when bronze cannot hold it either, its bytes are the object `large_events/<payload_ref>` of the lake',
  invalid_utf8: 'the bytes are not UTF-8, or a string holds an unpaired surrogate',
  malformed_json: 'the text is not JSON',
  envelope:
    'the event is not in the `envelope` of its source, or that holds no event, see [Envelopes](docs/pipeline.md#envelopes)',
  not_an_object: 'the JSON value is not an object',
  too_deep: 'objects and arrays are nested more than 512 levels deep',
  too_complex:
    'checking the event takes more than 20,000,000 checks, see [Bounds of a contract](docs/pipeline.md#bounds-of-a-contract)',
  missing_field: 'a required field is absent or empty; also a text that is empty where a table is partitioned by it',
  unexpected_field: 'the contract forbids this field',
  wrong_type: 'a value has another JSON type than the contract says',
  wrong_format: 'a text has not the format the contract says',
  not_in_enum: 'a value is not among those the contract lists',
  out_of_bounds: 'a value, length or count is outside the bounds of the contract',
  pattern_mismatch: 'a text does not match the pattern of the contract',
  number_out_of_range:
    'a number cannot be stored exactly: integers reach from −2^63 to 2^63 − 1, doubles must be finite',
  time_out_of_range:
    'a time is outside the years 0001 to 9999; an event time outside 1684 to 2255, or more than 24 h after its arrival',
  decimal_scale: 'a decimal has more digits behind the point than its column',
  decimal_precision: 'a decimal has more digits than its column',
  contract: 'the event breaks another rule of the contract',
  type_changed:
    'another version of the pipeline accepted the event, and a value cannot become of the type that its column has without loss, e.g. 2.75 of an integer. The message names the column, and who refused the event: enrich, a window or a table',
  late: 'the event came too late, see [Late](docs/pipeline.md#late)',
  sum_out_of_range:
    'a sum of a window does not fit into its column (int64, decimal(38, s)): the result has null there. The payload is the row of results with the exact sum, and `_seq` is 0, because no event is to blame',
  step_failed:
    'a stage fails on this event, e.g. the SQL on one of its values; the message says which stage, and what it said. An event that a window could not take is in silver too',
} as const;

/** One reason code. */
export type Reason = keyof typeof reasons;

/** All reason codes. */
export const reasonCodes = Object.keys(reasons) as readonly Reason[];

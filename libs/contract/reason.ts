/** The closed list of reasons for which an event ends in quarantine. */

/** Reason codes with what they mean, in the order of the stages. They are stored in tables: never rename one. */
export const reasons = {
  empty_payload: 'the payload has no bytes',
  too_large: 'the event does not fit into a frame',
  invalid_utf8: 'the bytes are not UTF-8, or a string holds an unpaired surrogate',
  malformed_json: 'the text is not JSON',
  not_an_object: 'the JSON value is not an object',
  too_deep: 'objects and arrays are nested too deeply',
  missing_field: 'a required field is absent or empty',
  unexpected_field: 'the contract forbids this field',
  wrong_type: 'a value has another JSON type than the contract says',
  wrong_format: 'a text has not the format the contract says',
  not_in_enum: 'a value is not among those the contract lists',
  out_of_bounds: 'a value, length or count is outside the bounds of the contract',
  pattern_mismatch: 'a text does not match the pattern of the contract',
  number_out_of_range: 'a number cannot be stored exactly: integers reach ±(2^53 - 1), floats must be finite',
  time_out_of_range: 'a date or time is outside the years 0001 to 9999, or the event time outside 1684 to 2255',
  decimal_scale: 'a decimal has more digits behind the point than its column',
  decimal_precision: 'a decimal has more digits than its column',
  contract: 'the event breaks another rule of the contract',
  late: 'the event came after its time was closed',
  step_failed: 'a stage failed on the frame of this event again and again',
} as const;

/** One reason code. */
export type Reason = keyof typeof reasons;

/** All reason codes. */
export const reasonCodes = Object.keys(reasons) as readonly Reason[];

/** How a pipeline names a field of an event: a dot steps into an object. */

/** `properties.time` is the member `time` of the member `properties`. */
export function stepsOf(path: string): readonly string[] {
  return path.split('.');
}

/** The column in which the rows have the field: what lies within an object is a column of its own besides, as `properties_time`. */
export function columnOf(path: string): string {
  return path.replaceAll('.', '_');
}

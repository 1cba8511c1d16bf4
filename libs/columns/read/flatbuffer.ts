/** Finds fields in FlatBuffers, the encoding of Arrow's metadata (FlatBuffers internals, "Format Details"). */

/** The place of the root table of a buffer that starts at `start`. */
export function rootTable(view: DataView, start: number): number {
  return followed(view, start);
}

/**
 * The place of a field of a table.
 * @throws RangeError when the writer left the field out
 */
export function fieldAt(view: DataView, table: number, field: number): number {
  const vtable = table - view.getInt32(table, true);
  const slot = 4 + field * 2;
  const offset = slot < view.getUint16(vtable, true) ? view.getUint16(vtable + slot, true) : 0;
  if (offset === 0)
    throw new RangeError(
      `field ${field} of an Arrow metadata table is absent: the Arrow writer changed, adapt the template`,
    );
  return table + offset;
}

/** The place that the offset standing at `at` points to: a table, or the length of a vector with its items behind. */
export function followed(view: DataView, at: number): number {
  return at + view.getUint32(at, true);
}

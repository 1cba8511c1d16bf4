/** Entry of a table's metadata: the key columns of a window, comma-separated. Readers find the latest revision of a result by it. */
export const windowKeySetting = 'afluente.windowKey';

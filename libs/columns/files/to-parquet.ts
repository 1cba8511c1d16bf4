/** Rows encoded as a Parquet file. */
import type { DataFrame } from 'nodejs-polars';

/** One Parquet file: zstd, statistics for each row group, row groups of about 300,000 rows. */
export function toParquet(df: DataFrame): Buffer {
  return df.writeParquet({ compression: 'zstd' });
}

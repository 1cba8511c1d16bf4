/** `afluente query`: SQL over the lake. */
import { styleText } from 'node:util';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { openStore } from '#store/open-store';
import { printable } from '#terminal/printable';
import { renderTable } from '#terminal/render-table';
import { screenOf } from '../output/screen.js';
import { newestRun } from '../run/run-folder.js';
import { UsageError } from '../run-command.js';
import { s3FromEnvironment } from '../s3-environment.js';

export interface QueryOptions {
  readonly pipeline?: string;
  readonly lake?: string;
  readonly json?: boolean;
}

export async function query(sql: string, options: QueryOptions): Promise<number> {
  const store = await openStore(lakeOf(options), s3FromEnvironment());
  // Other commands do not wait for DuckDB to be loaded.
  const [{ queryLake }, { resultTable }] = await Promise.all([
    import('#duckdb/query-lake'),
    import('#duckdb/result-table'),
  ]);
  try {
    const result = await queryLake({
      store,
      sql,
      onUnusable: ({ message }) => process.stderr.write(`note: ${printable(message)}\n`),
    });
    if (options.json)
      for (const row of result.rows)
        process.stdout.write(
          `${JSON.stringify(Object.fromEntries(result.columns.map((name, i) => [name, row[i]])))}\n`,
        );
    else {
      const screen = screenOf(process.stdout);
      const dim = screen.colours ? (text: string) => styleText('dim', text) : undefined;
      process.stdout.write(
        `${renderTable(resultTable(result), screen.columns(), dim)}\n(${result.rows.length} ${result.rows.length === 1 ? 'row' : 'rows'})\n`,
      );
    }
    return 0;
  } finally {
    await store.close();
  }
}

function lakeOf({ lake, pipeline }: QueryOptions): string {
  const url =
    lake ?? (pipeline === undefined ? newestRun()?.lake : PipelineSource.load(pipeline).compiled.pipeline.lake.url);
  if (url === undefined) throw new UsageError('name the lake with --lake, e.g. --lake file:./data/lake');
  return url;
}

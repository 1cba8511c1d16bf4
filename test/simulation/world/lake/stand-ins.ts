/** What the simulation replaces of the product: the encoding of data files and their statistics, a third of the CPU of a run. */
import { registerHooks } from 'node:module';

const standIns: Readonly<Record<string, string>> = {
  '#columns/files/to-parquet': './arrow-files.js',
  '#columns/files/read-parquet': './arrow-files.js',
  '#columns/files/column-stats': './no-statistics.js',
};

/** Call it before the product is loaded. */
export function useStandIns(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const standIn = standIns[specifier];
      return standIn === undefined
        ? next(specifier, context)
        : { url: new URL(standIn, import.meta.url).href, shortCircuit: true };
    },
  });
}

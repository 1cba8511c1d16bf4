/** A process that runs the seeds it is told, one after the other. */
import './prepare.js';

/** Imported behind the preparation: time and chance are already virtual when the product is loaded. */
const { runSeed } = await import('./run-seed.js');

/** @param verbose writes a history */
export interface Order {
  readonly seeds: readonly number[];
  readonly verbose: boolean;
}

process.on('message', ({ seeds, verbose }: Order) => {
  void (async () => {
    for (const seed of seeds) process.send?.(await runSeed(seed, verbose));
    process.send?.('done');
  })();
});
process.on('disconnect', () => process.exit());
process.send?.('done');

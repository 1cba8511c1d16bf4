/** A process that runs the seeds it is told, one after the other. */
import './prepare.js';

/** Imported behind the preparation: time and chance are already virtual when the product is loaded. */
const { runSeed } = await import('./run-seed.js');

/** @param verbose writes a history */
export interface Order {
  readonly seeds: readonly number[];
  readonly verbose: boolean;
}

/** Requests that fail are an ordinary thing here, and noting where is an eighth of all work: that is done when a seed is run again for its history. */
const placesOfErrors = 10;

process.on('message', ({ seeds, verbose }: Order) => {
  Error.stackTraceLimit = verbose ? placesOfErrors : 0;
  void (async () => {
    for (const seed of seeds) process.send?.(await runSeed(seed, verbose));
    process.send?.('done');
  })();
});
process.on('disconnect', () => process.exit());
process.send?.('done');

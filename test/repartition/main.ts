/** Run: npm run test:repartition -- --rate 5000 --partitions 4,16,4 --seconds 15 --kills 4 */
import { Command } from 'commander';
import { runRepartition } from './run.js';

const numbers = (text: string): number[] => text.split(',').map(Number);
const { rate, partitions, seconds, kills, rolling, replicas, seed } = new Command('repartition')
  .description('changes the number of partitions of a source under load and kills, and says what came of it')
  .option('--rate <n>', 'events a second', Number, 5_000)
  .option('--partitions <list>', 'numbers of partitions, one after the other', numbers, [4, 16, 4])
  .option('--seconds <n>', 'with each number', Number, 20)
  .option('--kills <n>', 'of processes, at each change', Number, 5)
  .option('--no-rolling', 'all services are killed at once, and start again with the new number')
  .option('--replicas <n>', 'processes of each service', Number, 1)
  .option('--seed <n>', 'of orders and kills', Number, 1)
  .parse()
  .opts<{
    rate: number;
    partitions: number[];
    seconds: number;
    kills: number;
    rolling: boolean;
    replicas: number;
    seed: number;
  }>();

const verdict = await runRepartition({
  rate,
  partitions,
  secondsEach: seconds,
  killsEach: kills,
  rolling,
  replicas,
  seed,
  tell: (at, what) => void process.stderr.write(`${at.toFixed(1).padStart(6)} s ${what}\n`),
});
process.stdout.write(`${JSON.stringify({ partitions, rate, replicas, ...verdict })}\n`);
process.exitCode = verdict.lost + verdict.extra + verdict.orderBreaks + verdict.wrongResults === 0 ? 0 : 1;

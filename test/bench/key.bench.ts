/** The key finder against parsing the whole event. Run: node dist/test/bench/key.bench.js */
import { keyOf, parseObject } from '#contract/event-object';
import { keyFinder } from '#stages/event-key';
import { salesEvents } from '../../examples/sales-tech/generator.js';
import { cpuPerItem } from './cpu-per-item.js';

const ROUNDS = 100;
const KEY = 'user_id';
const events = [...salesEvents({ seed: 1, startMs: Date.UTC(2026, 0, 1), events: 3_000 })].filter(({ expect }) => expect.table === 'silver').map(({ payload }) => Buffer.from(payload));
const find = keyFinder(KEY);

function parse(): void {
  for (const bytes of events) {
    const object = parseObject(bytes.toString('utf8'));
    if (object) keyOf(object, KEY);
  }
}

function search(): void {
  for (const bytes of events) find(bytes, 0, bytes.length);
}

for (const work of [parse, search]) for (let round = 0; round < ROUNDS; round++) work();
const parsed = await cpuPerItem('parse, then the key', events.length * ROUNDS, () => {
  for (let round = 0; round < ROUNDS; round++) parse();
});
const found = await cpuPerItem('find the key', events.length * ROUNDS, () => {
  for (let round = 0; round < ROUNDS; round++) search();
});
process.stdout.write(`parsing costs ${(parsed / found).toFixed(1)} times the search\n`);

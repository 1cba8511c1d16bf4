/** The key finder against parsing the whole event. Run: node dist/test/bench/parts/key.bench.js */
import { keyOf, parseObject } from '#contract/values/event-object';
import { keyFinder } from '#stages/raw/event-key';
import { salesEvents } from '../../../examples/sales-tech/generator.js';
import { cpuPerItem } from '../processes/cpu-per-item.js';

const rounds = 100;
const key = 'user_id';
const events = [...salesEvents({ seed: 1, startMs: Date.UTC(2026, 0, 1), events: 3_000 })]
  .filter(({ expect }) => expect.table === 'silver')
  .map(({ payload }) => Buffer.from(payload));
const find = keyFinder([key]);

function parse(): void {
  for (const bytes of events) {
    const text = bytes.toString('utf8');
    const object = parseObject(text);
    if (object) keyOf(object, [key], () => text);
  }
}

function search(): void {
  for (const bytes of events) find(bytes, 0, bytes.length);
}

for (const work of [parse, search]) for (let round = 0; round < rounds; round++) work();
const parsed = await cpuPerItem('parse, then the key', events.length * rounds, () => {
  for (let round = 0; round < rounds; round++) parse();
});
const found = await cpuPerItem('find the key', events.length * rounds, () => {
  for (let round = 0; round < rounds; round++) search();
});
process.stdout.write(`parsing costs ${(parsed / found).toFixed(1)} times the search\n`);

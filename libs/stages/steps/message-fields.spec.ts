/** Events that say less than all of themselves: their id, key or time comes with their message. */
import { describe, expect, test } from '@jest/globals';
import { section } from '#frame/sections';
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import { fieldPlaces } from '../raw/event-identity.js';
import { eventPlacer } from '../raw/place-events.js';
import { RawFrame } from '../raw/raw-columns.js';
import { compilePipeline } from '../tables/compile-pipeline.js';
import { inputFrame, rowsIn, wide } from '../topology/example-frames.js';
import { validateStep } from './validate-step.js';

const properties = {
  order: { type: 'string' },
  line: { type: 'integer' },
  at: { type: 'string', format: 'date-time' },
};
const contract = { type: 'object', required: ['order', 'line', 'at'], properties };
const arrivedMs = Date.UTC(2026, 0, 2);

function compile(source: string) {
  const text = `apiVersion: afluente/v1\nname: p\nsources:\n  s:\n    contract: c.json\n${source
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')}`;
  const parsed = parsePipeline(text, 'pipeline.yaml', () => JSON.stringify(contract));
  if (!parsed.ok) return parsed.problems.map(({ path, message }) => `${path} ${message}`);
  const outcome = compilePipeline(parsed.pipeline, { s: contract }, {});
  return outcome.ok ? outcome.compiled : outcome.problems.map(({ message }) => message);
}

interface Sent {
  readonly text: string;
  readonly subject?: string;
  readonly msgId?: string;
  readonly index?: number;
}

/** Rows of silver, reasons of quarantine, duplicates. */
function validated(source: string, messages: readonly Sent[]) {
  const compiled = compile(source);
  if (Array.isArray(compiled)) throw new Error(compiled.join('; '));
  const { patterns, eventTime } = compiled.pipeline.sources['s']!;
  const raw = new RawFrame();
  for (const [at, { text, subject = 'in.x', msgId, index = 0 }] of messages.entries()) {
    const bytes = Buffer.from(text);
    raw.append({
      bytes,
      start: 0,
      end: bytes.length,
      subject,
      msgId,
      seq: at + 1,
      index,
      arrivedUs: (arrivedMs + at) * 1000,
    });
  }
  const step = validateStep({
    contract: compiled.contracts['s']!,
    patterns,
    messageIds: fieldPlaces(compiled.pipeline.sources['s']!).messageIds,
    outOfOrdernessMs: eventTime.outOfOrdernessMs,
    aheadMsMax: 60_000,
    latenessMs: null,
    horizonMs: 3_600_000,
  });
  const frames = [inputFrame(1, [section('raw', 'arrow', raw.take(), messages.length)])];
  const { output, duplicates, quarantined } = step({ frames, state: undefined, limits: wide });
  return { rows: rowsIn(output, 'ok'), duplicates, quarantined };
}

const event = (order: string, line = 1, at = '2026-01-02T00:00:00Z'): string => JSON.stringify({ order, line, at });
const base = 'key: order\neventTime: { field: at }';

describe('the id of an event', () => {
  const twice = [{ text: event('a') }, { text: event('a') }, { text: event('a', 2) }];

  test.each([
    ['is a field', 'subjects: [in.x]\nid: order', 1],
    ['is several fields together', 'subjects: [in.x]\nid: [order, line]', 2],
    ['is its place in the stream, when none is named', 'subjects: [in.x]', 3],
    ['is its bytes', 'subjects: [in.x]\nid: _payload', 2],
  ])('%s', (_, source, accepted) => {
    const { rows, duplicates } = validated(`${source}\n${base}`, twice);
    expect([rows.length, duplicates]).toEqual([accepted, 3 - accepted]);
  });

  test('is the id of its message and its place there; without one the event is refused', () => {
    const messages: Sent[] = [
      { text: event('a'), msgId: 'm1' },
      { text: event('a'), msgId: 'm1' },
      { text: event('a'), msgId: 'm1', index: 1 },
      { text: event('a'), msgId: 'm2' },
      { text: event('a') },
    ];
    expect(validated(`subjects: [in.x]\nid: _msg_id\n${base}`, messages)).toMatchObject({
      duplicates: 1,
      quarantined: { missing_field: 1 },
    });
  });

  test('tells fields apart that are the same characters in a row', () => {
    const source = `subjects: ["in.{a}.{b}"]\nid: [a, b, order]\n${base}`;
    const messages = ['in.x.yz', 'in.xy.z', 'in.x.yz'].map((subject) => ({ text: event('o'), subject }));
    expect(validated(source, messages)).toMatchObject({ duplicates: 1 });
  });
});

describe('tokens of a subject', () => {
  const source = 'subjects: ["in.{region}", "in.{region}.{kind}.>"]\nid: order\n';

  test('are columns behind those of the event, null where a subject has none', () => {
    const messages = [
      { text: event('a'), subject: 'in.br' },
      { text: event('b'), subject: 'in.pt.web.1' },
    ];
    expect(validated(source + base, messages).rows).toMatchObject([
      { order: 'a', region: 'br', kind: null, _seq: 1 },
      { order: 'b', region: 'pt', kind: 'web', _seq: 2 },
    ]);
  });

  test('can be the key, by which ingest finds the partition', () => {
    const compiled = compile(`${source}key: region\neventTime: { field: at }`);
    if (Array.isArray(compiled)) throw new Error(compiled.join('; '));
    const place = eventPlacer(compiled.pipeline.sources['s']!);
    const both = Buffer.from(`[${event('a')},${event('b')}]`);
    expect(place(both, 'in.br').map(({ key, start, end }) => [key, both.toString('utf8', start, end)])).toEqual([
      ['br', event('a')],
      ['br', event('b')],
    ]);
    expect(compiled.pipeline.sources['s']!.front).toMatchObject({ subjects: ['in.*', 'in.*.*.>'] });
  });

  test.each([
    [`${source}key: kind\neventTime: { field: at }`, 'not all subjects have the token "kind"'],
    [`subjects: ["in.{order}"]\nid: order\n${base}`, 'is a column of the contract too'],
    [`subjects: ["in.{a}", "in.*"]\nid: order\n${base}`, 'overlaps with'],
    [`subjects: ["{a}.in"]\nid: order\n${base}`, 'must not begin with a wildcard'],
    [`subjects: ["in.{a"]\nid: order\n${base}`, 'brace'],
    [`subjects: [in.x]\nid: nothing\n${base}`, 'has no property "nothing"'],
  ])('%j is refused', (text, message) =>
    expect(compile(text)).toEqual(expect.arrayContaining([expect.stringContaining(message)])),
  );
});

test('the time of an event may be that of its message', () => {
  const { rows } = validated('subjects: [in.x]\nkey: order\neventTime: { field: _arrived_at }', [
    { text: event('a', 1, '1990-01-01T00:00:00Z') },
  ]);
  expect(rows).toMatchObject([{ _arrived_at: '2026-01-02T00:00:00.000000Z' }]);
});

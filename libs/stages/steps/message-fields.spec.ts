/** Events that say less than all of themselves: their id, key or time comes with their message. */
import { describe, expect, test } from '@jest/globals';
import { HeaderBlock } from '#frame/header-block';
import { section } from '#frame/sections';
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import { messageRoles } from '../raw/event-identity.js';
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
  /** Lines of the block of headers. */
  readonly headers?: readonly string[];
}

function blockOf(lines: readonly string[]): HeaderBlock {
  const bytes = Buffer.from(`NATS/1.0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`);
  return new HeaderBlock().read(bytes, bytes.length);
}

/** Rows of silver, reasons of quarantine, duplicates. */
function validated(text: string, messages: readonly Sent[]) {
  const compiled = compile(text);
  if (Array.isArray(compiled)) throw new Error(compiled.join('; '));
  const source = compiled.pipeline.sources['s']!;
  const { eventTime } = source;
  const raw = new RawFrame();
  for (const [at, { text: event, subject = 'in.x', msgId, index = 0, headers }] of messages.entries()) {
    const bytes = Buffer.from(event);
    raw.append({
      bytes,
      start: 0,
      end: bytes.length,
      subject,
      msgId,
      seq: at + 1,
      index,
      arrivedUs: (arrivedMs + at) * 1000,
      headers: headers && blockOf(headers),
    });
  }
  const step = validateStep({
    contract: compiled.contracts['s']!,
    message: source,
    ...messageRoles(source),
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
    expect(
      place(both, { subject: 'in.br', header: () => undefined }).map(({ key, start, end }) => [
        key,
        both.toString('utf8', start, end),
      ]),
    ).toEqual([
      ['br', event('a')],
      ['br', event('b')],
    ]);
    expect(compiled.pipeline.sources['s']!.front).toMatchObject({ subjects: ['in.*', 'in.*.*.>'] });
  });

  test.each([
    [`${source}key: kind\neventTime: { field: at }`, 'not all subjects have the token "kind"'],
    [`subjects: ["in.{order}"]\nid: order\n${base}`, 'a column of the contract too'],
    [`subjects: ["in.{a}", "in.*"]\nid: order\n${base}`, 'overlaps with'],
    [`subjects: ["{a}.in"]\nid: order\n${base}`, 'must not begin with a wildcard'],
    [`subjects: ["in.{a"]\nid: order\n${base}`, 'brace'],
    [`subjects: [in.x]\nid: nothing\n${base}`, 'has no property "nothing"'],
    ['subjects: [in.x]\nkey: _msg_id\neventTime: { field: at }', 'has no property "_msg_id"'],
    ['subjects: [in.x]\nkey: _arrived_at\neventTime: { field: at }', 'has no property "_arrived_at"'],
    ['subjects: [in.x]\nkey: order\neventTime: { field: _payload }', 'has no property "_payload"'],
    [`subjects: [in.x]\nid: _arrived_at\n${base}`, 'has no property "_arrived_at"'],
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

describe('headers', () => {
  const headers = 'headers: { tenant: X-Tenant, sent_at: { name: ce-time, time: true } }';
  const source = `subjects: [in.x]\n${headers}\nkey: tenant\nid: [tenant, order]\neventTime: { field: sent_at }`;
  const time = 'ce-time: 2026-01-01T23:59:58.5Z';

  test('are columns, in any case, and may be key, time and part of the id', () => {
    const messages = [
      { text: event('a'), headers: ['x-tenant: br', time] },
      { text: event('a'), headers: ['X-Tenant: pt', 'X-TENANT: no', time] },
      { text: event('a'), headers: ['X-Tenant: br', time] },
    ];
    const { rows, duplicates } = validated(source, messages);
    expect(rows).toMatchObject([
      { tenant: 'br', sent_at: '2026-01-01T23:59:58.500000Z' },
      { tenant: 'pt', sent_at: '2026-01-01T23:59:58.500000Z' },
    ]);
    expect(duplicates).toBe(1);
  });

  test.each([
    ['missing_field', [time]],
    ['missing_field', ['X-Tenant: br']],
    ['wrong_format', ['X-Tenant: br', 'ce-time: yesterday']],
    ['time_out_of_range', ['X-Tenant: br', 'ce-time: 0900-01-01T00:00:00Z']],
    ['out_of_bounds', [`X-Tenant: ${'x'.repeat(257)}`, time]],
  ])('refuse the event as %s: %j', (reason, lines) => {
    expect(validated(source, [{ text: event('a'), headers: lines }]).quarantined).toEqual({ [reason]: 1 });
  });

  test('that are columns are kept beside each event of a message, the others only where they are small', () => {
    const block = blockOf(['other: x', `x-tenant: ${'é'.repeat(200)}`, 'CE-Time: 1']);
    const kept = block.only(
      ['x-tenant', 'ce-time', 'none'].map((name) => Buffer.from(name)),
      256,
    );
    expect([kept.count, kept.textOf(Buffer.from('ce-time')), kept.textOf(Buffer.from('other'))]).toEqual([
      2,
      '1',
      undefined,
    ]);
    expect(Buffer.byteLength(kept.textOf(Buffer.from('x-tenant'))!)).toBeGreaterThan(256);
    expect(kept.storedBytesMax).toBeLessThan(block.storedBytesMax);
  });

  test.each([
    [source.replace('tenant: X-Tenant', 'order: X-Order, tenant: X-Tenant'), 'a column of the contract too'],
    [source.replace('tenant: X-Tenant', '_seq: X-Seq, tenant: X-Tenant'), 'is a column that Afluente adds itself'],
    [source.replace('in.x', '"in.{Tenant}"'), 'differs from'],
    [source.replace('key: tenant', 'key: sent_at'), '"sent_at" is a time'],
    [source.replace('field: sent_at', 'field: tenant'), '"tenant" is a text'],
  ])('cannot be %j', (text, message) =>
    expect(compile(text)).toEqual(expect.arrayContaining([expect.stringContaining(message)])),
  );
});

/** A draft of a sample whose events stand in envelopes. */
import { describe, expect, test } from '@jest/globals';
import { draftOf, propertiesOf } from './example-draft.js';

describe('a sample in envelopes', () => {
  const cloudEvent = (n: number, data: unknown = { customer: `c${n % 9}`, total: n / 4, at: n }): string =>
    JSON.stringify({ specversion: '1.0', id: `e${n}`, source: '/shop', type: 't', time: '2026-01-02T03:04:05Z', data });
  const changeOf = (op: string, n: number): string =>
    JSON.stringify({ payload: { op, before: null, after: { id: n % 20, name: 'n' }, source: { ts_ms: 1 + n } } });
  const sixty = Array.from({ length: 60 }, (_, n) => n);

  test('has the contract of what is inside, and the envelope says id and event time', () => {
    const draft = draftOf(sixty.map((n) => cloudEvent(n)));
    expect(Object.keys(propertiesOf(draft))).toEqual(['customer', 'total', 'at']);
    expect(
      draft.pipeline,
    ).toContain(`    # each event stands in one, and the contract describes what is inside. It says id: ce_source and ce_id; event time: ce_time
    envelope: cloudevents
    contract: contracts/orders.schema.json
    # 9 different
    key: customer
`);
    expect(draft.pipeline).not.toContain('eventTime');
  });

  test('takes id and event time from inside where they are named', () => {
    const data = (n: number): unknown => ({ order_id: `o${n}`, at: '2026-01-02T03:04:05Z' });
    const { pipeline } = draftOf(
      sixty.map((n) => cloudEvent(n, data(n))),
      { id: 'order_id', eventTime: 'at' },
    );
    expect(pipeline).toMatch(/envelope: cloudevents[\s\S]*\n {4}id: order_id\n[\s\S]*\n {6}field: at\n/);
  });

  test('has each event for itself where nothing inside groups them', () => {
    expect(draftOf(sixty.map((n) => cloudEvent(n, { total: n / 4 }))).choice.key.path).toBe('ce_id');
  });

  test('of changes of rows has the key of its table', () => {
    const draft = draftOf(sixty.map((n) => changeOf(n < 20 ? 'c' : 'u', n)));
    expect(draft.choice).toMatchObject({ id: undefined, key: { path: 'id' }, eventTime: undefined });
    expect(Object.keys(propertiesOf(draft))).toEqual(['id', 'name']);
  });

  test('is one of plain events as soon as one of them stands in none', () => {
    const bare = JSON.stringify({ id: 'bare', time: '2026-01-02T03:04:05Z' });
    const draft = draftOf([...sixty.map((n) => cloudEvent(n)), bare]);
    expect(Object.keys(propertiesOf(draft))).toContain('data');
    expect(draft.pipeline).not.toContain('envelope');
  });

  test('with a column of the envelope inside is refused, with what to do', () => {
    expect(() => draftOf(sixty.map((n) => cloudEvent(n, { CE_Type: 'x' })))).toThrow('--envelope none');
  });
});

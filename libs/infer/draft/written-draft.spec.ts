/** Values that are written otherwise than JSON has them, where all of a sample can be meant in one way only. */
import { expect, test } from '@jest/globals';
import { contractIn, draftOf, inferred, many, type Property, withValues } from './example-draft.js';

test.each<[string, string, readonly unknown[], Property]>([
  [
    'days first, where one is after the 12th',
    'born',
    ['31/12/2025', '01/02/2026'],
    { type: 'string', format: 'date', 'x-format': 'dd/MM/yyyy' },
  ],
  ['months first', 'born', ['1-2-2025', '12-31-2025'], { type: 'string', format: 'date', 'x-format': 'M-d-yyyy' }],
  ['days or months first', 'born', ['01/02/2025', '12/12/2025'], { type: 'string' }],
  [
    'times with offsets, however they are written',
    'sent',
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04+0530'],
    { type: 'string', format: 'date-time', 'x-format': 'yyyy-MM-ddTHH:mm[:ss[.SSSSSSSSS]]Z' },
  ],
  ['times without time zone', 'sent', ['2026-01-02T03:04:05', '2026-01-02T03:04:05.5'], { type: 'string' }],
  [
    'decimal commas',
    'due',
    ['1.234,50', '-7,5', '8'],
    { type: 'string', format: 'decimal', 'x-precision': 18, 'x-scale': 2, 'x-decimal': ',', 'x-thousands': '.' },
  ],
  [
    'grouped digits',
    'due',
    ['1,234', '1,234.567', '1,234,567'],
    { type: 'string', format: 'decimal', 'x-precision': 18, 'x-scale': 3, 'x-decimal': '.', 'x-thousands': ',' },
  ],
  ['what may be a comma of either kind', 'due', ['1,234', '5,678'], { type: 'string' }],
  ['what may be versions', 'due', ['1.234.567', '2.345.678'], { type: 'string' }],
  [
    'yes and no',
    'paid',
    many('S', 'N', null),
    { type: ['string', 'null'], 'x-type': 'boolean', 'x-true': ['S'], 'x-false': ['N'] },
  ],
  ['yes alone', 'paid', many('S'), { type: 'string', enum: ['S'] }],
])('%s', (_, called, values, schema) => {
  expect(inferred(called, values)).toEqual(schema);
});

test('the comment of local times says how a contract reads them', () => {
  const draft = draftOf(withValues('sent', ['31/12/2025 10:00']));
  const { properties } = JSON.parse(draft.contract) as { properties: Record<string, Property> };
  expect(properties['sent']?.['$comment']).toMatch(
    /"x-format": "dd\/MM\/yyyy HH:mm\[:ss\[\.SSSSSSSSS\]\]" and their "x-timezone" read$/,
  );
});

test('a local time can be the event time when its time zone is told', () => {
  const draft = draftOf(['{"order_id":1,"at":"31/12/2025 10:00"}'], {}, false, 'America/Sao_Paulo');
  const { properties } = JSON.parse(draft.contract) as { properties: Record<string, Property> };
  expect(draft.choice.eventTime!.evidence).toBe('31/12/2025 10:00 to 31/12/2025 10:00');
  expect(properties['at']).toMatchObject({
    format: 'date-time',
    'x-format': 'dd/MM/yyyy HH:mm[:ss[.SSSSSSSSS]]',
    'x-timezone': 'America/Sao_Paulo',
  });
  const read = contractIn(draft).read('{"order_id":1,"at":"31/12/2025 10:00"}');
  expect(read).toMatchObject({ ok: true, eventTimeUs: Date.UTC(2025, 11, 31, 13) * 1000 });
});

test('a time with an offset can be the event time, however it is written', () => {
  const events = ['10/Oct/2000:13:55:36 -0700', '11/Oct/2000:03:55:36 +01'].map((time, n) =>
    JSON.stringify({ order_id: n, time }),
  );
  const { choice } = draftOf(events);
  expect(choice.eventTime!.path).toBe('time');
  expect(choice.eventTime!.evidence).toBe('10/Oct/2000:13:55:36 -0700 to 11/Oct/2000:03:55:36 +01');
});

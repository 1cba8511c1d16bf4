/** CloudEvents in structured and binary mode, from a message to the rows of silver. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compiledSource, placed, validated } from '../../../test/support/stages/envelope-source.js';
import {
  attributes,
  batch,
  binary,
  compiled,
  contract,
  data,
  structured,
  time,
} from '../../../test/support/stages/example-cloudevents.js';
import { wide } from '../topology/example-frames.js';

fc.configureGlobal({ seed: 7 });

describe('a CloudEvent', () => {
  test('is a row with its attributes, however it is sent', () => {
    const { rows, refused } = validated(compiled, [
      structured('1'),
      structured('2', {}, 'application/cloudevents+json; charset=utf-8'),
      structured('3', {}, 'APPLICATION/CLOUDEVENTS'),
      binary('4'),
      batch('5', '6'),
      { payload: `\ufeff${structured('7').payload as string}` },
      { payload: [structured('8'), structured('9')].map(({ payload }) => payload as string).join('\n') },
    ]);
    expect(refused).toEqual([]);
    expect(rows.map(({ ce_id, _seq, _index }) => `${String(ce_id)} ${String(_seq)} ${String(_index)}`)).toEqual([
      '1 1 0',
      '2 2 0',
      '3 3 0',
      '4 4 0',
      '5 5 0',
      '6 5 1',
      '7 6 0',
      '8 7 0',
      '9 7 1',
    ]);
    for (const row of rows)
      expect(row).toMatchObject({
        order: 'o1',
        total: '12.50000000000000000000',
        ce_source: '/shop',
        ce_type: 'order.created',
        ce_time: '2026-01-01T23:59:00.500000Z',
        ce_subject: null,
        ce_dataschema: null,
      });
  });

  test('is one by its source and id, across both modes', () => {
    const { rows, duplicates } = validated(compiled, [
      structured('a b'),
      binary('a%20b'),
      batch('a b', 'c'),
      binary('a%20b', { source: '/other' }),
    ]);
    expect([rows.length, duplicates]).toEqual([3, 2]);
  });

  test('is decided in the same way wherever the output is cut', () => {
    const sent = [
      binary('1'),
      batch('2', '3', '1'),
      structured('4', { data: 1 }),
      binary('5', { subject: '%ff' }),
      structured('6'),
    ];
    const limits = { ...wide, frameBytesMax: 1 };
    expect(validated(compiled, sent, limits)).toEqual(validated(compiled, sent));
    expect(validated(compiled, sent, limits)).toMatchObject({
      rows: { length: 4 },
      refused: { length: 2 },
      duplicates: 1,
    });
  });

  test('in binary mode is one, also when its payload looks like several', () => {
    const twice = `[${JSON.stringify(data)},${JSON.stringify(data)}]`;
    expect(placed(compiled, binary('1', {}, twice))).toHaveLength(1);
    expect(validated(compiled, [binary('1', {}, twice), binary('2', {}, '{}\n{}')])).toMatchObject({
      rows: [],
      refused: [{ reason: 'not_an_object' }, { reason: 'malformed_json' }],
    });
  });

  test('keeps the digits of its numbers', () => {
    const numbers = '{"order":"o","total":123456789012345678.12345678901234567890,"big":9223372036854775807}';
    const { rows } = validated(compiled, [
      { payload: `{"specversion":"1.0","id":"1","source":"s","type":"t","time":"${time}","data":${numbers}}` },
      binary('2', {}, numbers),
    ]);
    for (const row of rows)
      expect(row).toMatchObject({ total: '123456789012345678.12345678901234567890', big: '9223372036854775807' });
    expect(rows).toHaveLength(2);
  });

  test('is what the contract reads of its data alone, whatever stands in and around it', () => {
    const one = compiledSource(['envelope: cloudevents', 'key: ce_type', 'id: _payload'], {
      type: 'object',
      properties: { more: { 'x-json': true } },
    });
    const anyData = fc.oneof(
      { depthSize: 'small' },
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
      fc.record({ more: fc.jsonValue() }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(anyData, fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (value, extensions, spaced) => {
        const event = { ...extensions, ...attributes('1'), datacontenttype: null, data: value, data_base64: null };
        const { rows, refused } = validated(one, [{ payload: JSON.stringify(event, null, spaced ? ' ' : '') }]);
        const alone = one.contracts['s']!.read(JSON.stringify(value));
        if (alone.ok) expect(rows).toMatchObject([{ more: alone.row[0], ce_id: '1' }]);
        else expect(refused).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  test('counts with the last of members of one name, as for any parser', () => {
    const head = `"specversion":"1.0","id":"1","source":"s","type":"t","time":"${time}"`;
    const { rows } = validated(compiled, [
      { payload: `{"data":1,${head},"data":{"order":"x","total":1},"d\\u0061ta":{"order":"last","total":1}}` },
    ]);
    expect(rows).toMatchObject([{ order: 'last' }]);
  });
});

describe('attributes', () => {
  test('may be key and event time, and extensions are columns where headers names them', () => {
    const own = compiledSource(
      [
        'envelope: cloudevents',
        'key: ce_subject',
        'eventTime: { field: _arrived_at }',
        'headers: { tenant: ce-tenant, level: ce-level, x: X-Other }',
      ],
      contract,
    );
    const sent = [
      {
        ...structured('1', { subject: 'São', tenant: 'br', level: 3, time: undefined }),
        headers: ['X-Other: y', 'ce-tenant: no'],
      },
      binary('2', { subject: 'S%C3%A3o', tenant: 'br', level: '3', time: null }),
    ];
    expect(sent.flatMap((message) => placed(own, message)).map(({ key }) => key)).toEqual(['São', 'São']);
    expect(validated(own, sent).rows).toMatchObject([
      { ce_subject: 'São', tenant: 'br', level: '3', x: 'y', ce_time: null },
      { ce_subject: 'São', tenant: 'br', level: '3', x: null, ce_time: null },
    ]);
  });

  test('that headers names may be the key in both modes', () => {
    const own = compiledSource(['envelope: cloudevents', 'key: tenant', 'headers: { tenant: ce-tenant }'], contract);
    const all = [structured('1', { tenant: 'é' }), binary('2', { tenant: '%C3%A9' }), structured('3')];
    expect(all.flatMap((message) => placed(own, message)).map(({ key }) => key)).toEqual(['é', 'é', undefined]);
    expect(validated(own, all)).toMatchObject({ rows: [{}, {}], refused: [{ reason: 'missing_field' }] });
  });

  test('and fields of the data are found as keys where the parser finds them', () => {
    const anyText = fc.oneof(
      fc.constantFrom('order', 'data', 'subject', 'a\\"b'),
      fc.string({ unit: 'grapheme', minLength: 1 }),
    );
    const anyPart = fc.dictionary(anyText, fc.oneof(anyText, fc.jsonValue()), { maxKeys: 3 });
    const bySubject = compiledSource(['envelope: cloudevents', 'key: ce_subject'], contract);
    fc.assert(
      fc.property(anyPart, anyPart, anyText, fc.boolean(), (extensions, inside, text, spaced) => {
        const event = { ...extensions, ...attributes('1'), subject: text, data: { ...inside, order: text } };
        const message = { payload: JSON.stringify(event, null, spaced ? 1 : 0) };
        const keysOf = (one: typeof compiled) => placed(one, message).map(({ key }) => key);
        expect([keysOf(compiled), keysOf(bySubject)]).toEqual([[text], [text]]);
      }),
      { numRuns: 500 },
    );
  });

  test('are found beside a key within the data, in both modes', () => {
    const nested = compiledSource(['envelope: cloudevents', 'key: buyer.id'], {
      type: 'object',
      required: ['buyer'],
      properties: { buyer: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } } },
    });
    const buyer = '{"buyer":{"id":9007199254740993}}';
    const sent = [
      { payload: (structured('1').payload as string).replace(JSON.stringify(data), buyer) },
      binary('2', {}, buyer),
    ];
    expect(sent.flatMap((message) => placed(nested, message)).map(({ key }) => key)).toEqual([
      '9007199254740993',
      '9007199254740993',
    ]);
    expect(validated(nested, sent).rows).toMatchObject([{ ce_type: 'order.created' }, { ce_type: 'order.created' }]);
  });
});

/** What is wrong with a CloudEvent is told with the place of it, and what is wrong with its source before anything runs. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileSource, placed, type Sent, validated } from '../../../test/support/stages/envelope-source.js';
import {
  batch,
  binary,
  compiled,
  contract,
  data,
  source,
  structured,
} from '../../../test/support/stages/example-cloudevents.js';

fc.configureGlobal({ seed: 7 });

describe('quarantine', () => {
  const long = 'x'.repeat(2_049);

  test.each<[string, Sent, string, string, string]>([
    ['no CloudEvent at all', { payload: JSON.stringify(data) }, 'envelope', '', 'is no CloudEvent'],
    ['no id', structured('1', { id: undefined }), 'envelope', '', 'the attribute id is missing or empty'],
    ['an empty id', structured(''), 'envelope', '/id', 'the attribute id is missing or empty'],
    ['a null as source', structured('1', { source: null }), 'envelope', '', 'the attribute source is missing'],
    ['a number as type', structured('1', { type: 7 }), 'envelope', '/type', 'must be a text'],
    ['another version', structured('1', { specversion: '0.3' }), 'envelope', '/specversion', 'must be 1.0'],
    ['a version that is a number', structured('1', { specversion: 1 }), 'envelope', '/specversion', 'must be a text'],
    ['data in base64', structured('1', { data: undefined, data_base64: 'e30=' }), 'envelope', '/data_base64', 'binary'],
    ['no data', structured('1', { data: undefined }), 'envelope', '', 'has no data'],
    ['null as data', structured('1', { data: null }), 'envelope', '', 'has no data'],
    ['a text as data', structured('1', { data: '{"order":"o"}' }), 'envelope', '/data', 'is a text'],
    ['a list as data', structured('1', { data: [data] }), 'not_an_object', '/data', 'must be a JSON object'],
    ['data of XML', structured('1', { datacontenttype: 'text/xml' }), 'envelope', '/datacontenttype', 'is no JSON'],
    ['a broken contract', structured('1', { data: { order: 1, total: 1 } }), 'wrong_type', '/data/order', 'string'],
    ['a missing property', structured('1', { data: { total: 1 } }), 'missing_field', '/data/order', ''],
    ['no time', structured('1', { time: undefined }), 'missing_field', '', 'names as the event time'],
    ['a time that is none', structured('1', { time: 'now' }), 'wrong_format', '/time', 'RFC 3339'],
    ['a time far ahead', structured('1', { time: '2026-02-01T00:00:00Z' }), 'time_out_of_range', '/time', '24 hours'],
    ['a long subject', structured('1', { subject: long }), 'out_of_bounds', '/subject', 'more than 2048 bytes'],
    [
      'half a character',
      { payload: (structured('1').payload as string).replace('/shop', '\\ud800') },
      'invalid_utf8',
      '/source',
      'unpaired',
    ],
    [
      'a text that is cut off',
      { payload: (structured('1').payload as string).slice(0, -1) },
      'malformed_json',
      '',
      'it has a syntax error',
    ],
    ['a list of no object', { payload: '[1]' }, 'not_an_object', '', ''],
    ['no byte', { payload: '' }, 'empty_payload', '', 'must have data'],
    [
      'a deep nest',
      structured('1', { data: { more: JSON.parse(`${'['.repeat(511)}${']'.repeat(511)}`) as unknown } }),
      'too_deep',
      '',
      '',
    ],
    ['another format', structured('1', {}, 'application/cloudevents+avro'), 'envelope', '', 'another format than JSON'],
    ['no header ce-id', binary('1', { id: null }), 'envelope', '', 'the header ce-id is missing'],
    ['an empty header', binary('1', { type: '' }), 'envelope', '', 'the header ce-type is missing or empty'],
    [
      'another version in headers',
      binary('1', { specversion: '2' }),
      'envelope',
      '',
      'the header ce-specversion must be 1.0',
    ],
    ['broken bytes in a header', binary('1', { subject: '%C0%A0' }), 'envelope', '', 'the header ce-subject'],
    [
      'Avro in binary mode',
      binary('1', { datacontenttype: 'application/avro' }),
      'envelope',
      '',
      'the header ce-datacontenttype',
    ],
    [
      'plain text in binary mode',
      { ...binary('1'), headers: [...binary('1').headers!, 'Content-Type: text/plain'] },
      'envelope',
      '',
      'is no JSON',
    ],
    ['no byte in binary mode', binary('1', {}, ''), 'empty_payload', '', 'must have data'],
    ['a broken contract in binary mode', binary('1', {}, '{"order":1,"total":1}'), 'wrong_type', '/order', 'string'],
    ['a time that is none in a header', binary('1', { time: 'now' }), 'wrong_format', '', 'ce_time'],
  ])('has a message with %s', (_, message, reason, pointer, words) => {
    const { rows, refused } = validated(compiled, [message]);
    expect({ rows, refused }).toMatchObject({ rows: [], refused: [{ reason, pointer }] });
    expect(refused[0]!.message).toContain(words);
  });

  test.each(['application/json', 'application/vnd.shop+json; charset=utf-8', 'text/json', 'Application/JSON'])(
    'has none whose data is %s',
    (type) => {
      const sent = [
        structured('1', { datacontenttype: type }),
        binary('2', { datacontenttype: type }),
        { ...binary('3'), headers: [...binary('3').headers!, `Content-Type: ${type}`] },
      ];
      expect(validated(compiled, sent).rows).toHaveLength(3);
    },
  );

  test('or silver has each event of any message', () => {
    const junk = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .tuple(
          fc.constantFrom(structured('1').payload as string, batch('1', '2').payload as string),
          fc.nat(300),
          fc.nat(255),
        )
        .map(([text, at, byte]) => {
          const bytes = Buffer.from(text);
          bytes[at % bytes.length] = byte;
          return bytes;
        }),
    );
    fc.assert(
      fc.property(junk, fc.boolean(), (payload, isBinary) => {
        const message = { payload, ...(isBinary && { headers: binary('1').headers! }) };
        const { rows, refused, duplicates } = validated(compiled, [message]);
        expect(rows.length + refused.length + (duplicates ?? 0)).toBe(placed(compiled, message).length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('lint', () => {
  test.each([
    [[...source, 'id: ce_idd'], 'has no property "ce_idd". Did you mean "ce_id"?'],
    [['envelope: cloudevent', 'key: order'], 'must be cloudevents or debezium'],
    [['envelope: cloudevents', 'key: ce_time'], '"ce_time" is a time'],
    [[...source, 'eventTime: { field: ce_type }'], '"ce_type" is a text. Name a field that is a time.'],
    [[...source, 'headers: { ce_type: X-Type }'], 'cloudevents gives the columns ce_id'],
    [['envelope: debezium', 'key: _opp'], 'Did you mean "_op"?'],
    [['key: order'], 'sources.s.eventTime is missing'],
    [['key: ce_type', 'eventTime: { field: _arrived_at }'], 'has no property "ce_type"'],
  ])('says of %j: %s', (text, words) =>
    expect(compileSource(text, contract)).toEqual(expect.arrayContaining([expect.stringContaining(words)])),
  );

  test('does not let a contract have a column of the envelope', () => {
    const twin = { ...contract, properties: { ...contract.properties, CE_ID: { type: 'string' } } };
    expect(compileSource(source, twin)).toEqual([
      '"ce_id" is a column of the envelope cloudevents and a column of the contract too. Give the property another name.',
    ]);
  });
});

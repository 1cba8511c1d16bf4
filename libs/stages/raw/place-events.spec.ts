/** The quick way to the events of a message finds what splitting it finds. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyFinder } from './event-key.js';
import { eventPlacer } from './place-events.js';
import { keyInEvent, splitEvents } from './split-events.js';

fc.configureGlobal({ seed: 7 });

const anyValue = fc.oneof({ depthSize: 'small' }, fc.jsonValue(), fc.string({ unit: 'grapheme' }));
const anyObject = fc.dictionary(fc.oneof(fc.constant('key'), fc.string()), anyValue, { maxKeys: 4 });
const anyMessage = fc.oneof(
  anyObject.map((event) => JSON.stringify(event)),
  anyObject.map((event) => JSON.stringify(event, null, '\t')),
  fc.array(anyObject).map((events) => JSON.stringify(events)),
  fc.array(anyObject).map((events) => events.map((event) => JSON.stringify(event)).join('\n')),
);

describe('the events of a message', () => {
  test('are found in the shared memory of many messages', () => {
    const place = eventPlacer({ key: 'key', patterns: [], headers: [] });
    fc.assert(
      fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 4 }), (messages) => {
        const chunk = Buffer.from(`--${messages.join('--')}--`);
        let at = 2;
        for (const message of messages) {
          const bytes = Buffer.from(message);
          const placed = place(chunk.subarray(at, at + bytes.length), { subject: 's', header: () => undefined }).map(
            (event) => ({
              text: event.bytes.toString('utf8', event.start, event.end),
              key: event.key,
            }),
          );
          expect(placed).toEqual(
            splitEvents(bytes, keyInEvent(['key'], keyFinder(['key']))).map(({ start, end, key }) => ({
              text: bytes.toString('utf8', start, end),
              key,
            })),
          );
          at += bytes.length + 2;
        }
      }),
      { numRuns: 300 },
    );
  });
});

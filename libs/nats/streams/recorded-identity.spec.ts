/** What is said of a log that was made for something else. */
import { expect, test } from '@jest/globals';
import { checkIdentity, identityFault } from './recorded-identity.js';
import { findingsOf, type StreamSettings, type Wanted } from './stream-faults.js';

const source = 'afluente: source orders, 2 partitions by user, id id.';
const raw = { text: source, source };
const results = { text: `${source} Window w, tumbling 60000 ms of at, key city, measures n count().`, source };

test('of other partitions: what was, what is, and that a pipeline keeps them', () => {
  const was = 'afluente: source orders, 4 partitions by user, id id.';
  for (const identity of [raw, results]) {
    const fault = identityFault(`${was}${identity.text.slice(source.length)}`, identity);
    expect(fault).toMatch(
      /^was made for "source orders, 4 partitions by user, id id\..*", but pipeline\.yaml now says "source orders, 2 partitions .*Set that back.*another name and another lake$/,
    );
  }
});

test('of another window: that it may begin under another name', () => {
  expect(identityFault(results.text.replace('60000', '10000'), results)).toMatch(
    /tumbling 10000 ms .*now says .*tumbling 60000 ms .*Set that back.*give the window another name/,
  );
});

test('of an id that goes on where ours ends', () => {
  expect(identityFault('afluente: source orders, 2 partitions by user, id id2.', raw)).toContain('id id2.');
});

test.each([[undefined], [''], ['Orders of the shop. Ask Ana.']])(
  'nothing where nothing was recorded: %p',
  (description) => {
    expect(() => checkIdentity('s', description, raw)).not.toThrow();
  },
);

test('with the other faults of its stream', () => {
  const is: StreamSettings = {
    description: results.text,
    subjects: ['s'],
    retention: 'limits',
    discard: 'old',
    storage: 'file',
    max_age: 0,
    max_msgs: -1,
    max_msgs_per_subject: -1,
    max_bytes: 1000,
    num_replicas: 1,
  };
  const wanted: Wanted = {
    kind: 'log',
    subjects: ['s'],
    replicas: 1,
    identity: { ...results, text: results.text.replace('city', 'state') },
  };
  expect(findingsOf('s', is, wanted).faults).toEqual([
    expect.stringMatching(/^stream s was made for .*key city/),
    expect.stringMatching(/^stream s deletes its oldest/),
  ]);
});

/** Users become text that nats-server reads, and claims of a JWT; an empty list must not allow everything. */
import { describe, expect, test } from '@jest/globals';
import { claimsOf, keyVariable, serverUsers } from './server-users.js';

const writer = { name: 'lake-writer', work: 'reads logs', publish: ['$JS.API.INFO', 'a.>'], subscribe: ['_INBOX_afl.shop.lake-writer.>'] };
const follower = { name: 'follower', work: 'follows results', publish: [], subscribe: ['afl.shop.results.>'] };

describe('the users of a server', () => {
  test('stand in its configuration with a variable or a key each', () => {
    expect(serverUsers('shop', [writer, follower], { follower: 'UABC' })).toBe(`# Users of the pipeline shop, made by \`afluente permissions\`: make it again whenever the pipeline changes.
# Include it in \`authorization { … }\`, or in the account that has the streams of this pipeline.
users: [
  # lake-writer: reads logs
  {
    nkey: $AFL_LAKE_WRITER_NKEY
    permissions: {
      publish: { allow: [
        "$JS.API.INFO"
        "a.>"
      ] }
      subscribe: { allow: [
        "_INBOX_afl.shop.lake-writer.>"
      ] }
    }
  }
  # follower: follows results
  {
    nkey: UABC
    permissions: {
      publish: { deny: [
        ">"
      ] }
      subscribe: { allow: [
        "afl.shop.results.>"
      ] }
    }
  }
]
`);
  });

  test('have claims of the same content', () => {
    expect(claimsOf(follower)).toEqual({ pub: { deny: ['>'] }, sub: { allow: ['afl.shop.results.>'] } });
    expect(keyVariable('lake-writer')).toBe('AFL_LAKE_WRITER_NKEY');
  });
});

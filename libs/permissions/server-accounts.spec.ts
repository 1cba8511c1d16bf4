/** Users become text that nats-server reads, and claims of a JWT; an empty list must not allow everything. */
import { describe, expect, test } from '@jest/globals';
import { claimsOf, keyVariable, serverAccounts } from './server-accounts.js';

const writer = {
  name: 'lake-writer',
  work: 'reads logs',
  publish: ['$JS.API.INFO', 'a.>'],
  subscribe: ['_INBOX_afl.my-shop.lake-writer.>'],
};
const follower = { name: 'follower', work: 'follows results', publish: [], subscribe: ['afl.my-shop.results.>'] };
const producer = { name: 'producer', work: 'publishes events', publish: ['events.>'], subscribe: ['_INBOX.>'] };

describe('the users of a server', () => {
  test('stand in two accounts, with a variable or a key each', () => {
    expect(
      serverAccounts(
        { pipeline: 'my-shop', users: [writer, follower], producers: [producer], eventSubjects: ['events.>'] },
        { follower: 'UABC' },
      ),
    ).toBe(`# Accounts of the pipeline my-shop, made by \`afluente permissions\`: make them again whenever the pipeline changes.
# Use: accounts { include "<this file>" }
AFL_MY_SHOP {
  jetstream: enabled
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
          "_INBOX_afl.my-shop.lake-writer.>"
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
          "afl.my-shop.results.>"
        ] }
      }
    }
  ]
  exports: [
    { service: "events.>", accounts: [AFL_MY_SHOP_PRODUCERS] }
  ]
}
AFL_MY_SHOP_PRODUCERS {
  users: [
    # producer: publishes events
    {
      nkey: $AFL_PRODUCER_NKEY
      permissions: {
        publish: { allow: [
          "events.>"
        ] }
        subscribe: { allow: [
          "_INBOX.>"
        ] }
      }
    }
  ]
  imports: [
    { service: { account: AFL_MY_SHOP, subject: "events.>" } }
  ]
}
`);
  });

  test('have claims of the same content', () => {
    expect(claimsOf(follower)).toEqual({ pub: { deny: ['>'] }, sub: { allow: ['afl.my-shop.results.>'] } });
    expect(keyVariable('lake-writer')).toBe('AFL_LAKE_WRITER_NKEY');
  });
});

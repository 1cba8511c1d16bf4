/** A command line that is written wrongly is explained: never a stack trace, never exit code 0. */
import { describe, expect, test } from '@jest/globals';
import { version } from '#runtime/ground/version';
import { runCli } from './support/cli.js';
import { original } from './support/mistakes/spoiled-folder.js';
import { expectTold } from './support/mistakes/told-mistake.js';

describe('a command line with', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown command', ['fly'], /unknown command 'fly'/],
    ['an unknown option', ['up', '--fast'], /unknown option '--fast'/],
    ['a number that is none', ['start', '--events', 'many'], /whole number/],
    ['a negative number', ['produce', '--events', '-5'], /whole number|argument missing/],
    ['no query', ['query'], /missing required argument/],
    ['no events', ['start', '--events', '0'], /whole number of 1 or more/],
    ['no rate', ['produce', '--rate', '0'], /whole number of 1 or more/],
    [
      'an address of something else',
      ['up', '--nats', 'http://127.0.0.1:4222'],
      /http:\/\/127.0.0.1:4222 is no address of a NATS server: write nats:/,
    ],
  ])('%s is explained', async (_, args, says) => {
    const result = await runCli(args);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(says);
    expect(result.stderr).not.toMatch(/^\s+at .+:\d+/m);
  });

  test('an address of something else in the environment is explained by every command', async () => {
    const result = await runCli(['status', '--pipeline', original], {
      env: { AFL_NATS_URL: 'localhost:1,ws://host:2' },
    });
    expectTold(result, 2);
    expect(result.stderr).toMatch(/AFL_NATS_URL: ws:\/\/host:2 is no address of a NATS server/);
  });
});

test('the version is told', async () => {
  expect(await runCli(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
});

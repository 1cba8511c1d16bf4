/** A mistake in a pipeline folder ends with a message that says where it is and what to do: never a stack trace, never exit code 0. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCli } from './support/cli.js';
import { mistakes } from './support/mistakes/pipeline-mistakes.js';
import { edit, original, yaml } from './support/mistakes/spoiled-folder.js';
import { commandPlace, expectTold } from './support/mistakes/told-mistake.js';

const on = commandPlace('mistakes');

describe('a pipeline folder with', () => {
  test.each(mistakes.map((mistake) => [mistake.name, mistake] as const))(
    '%s is refused by lint and by up, with file, line and remedy',
    async (name, { spoil, file, line, says }) => {
      const folder = join(on.work.path, name.replaceAll(' ', '-'));
      cpSync(original, folder, { recursive: true });
      spoil(folder);
      const [lint, up] = await Promise.all([
        runCli(['lint', folder]),
        runCli(['up', '--pipeline', folder, '--nats', on.server.url, '--lake', `file:${on.work.path}/never`]),
      ]);
      for (const result of [lint, up]) {
        expectTold(result, 2);
        const [first = ''] = result.stderr.split('\n');
        const place = /^(.+?):(\d+): (.+)$/.exec(first);
        expect({ first, place: place?.[1] }).toEqual({ first, place: join(folder, file) });
        if (line > 0) expect({ first, line: Number(place?.[2]) }).toEqual({ first, line });
        expect(first).toMatch(says);
        // The fault, then the remedy.
        expect(place?.[3]).toMatch(/\. .+/);
      }
    },
    30_000,
  );

  test('many mistakes names them all', async () => {
    const folder = join(on.work.path, 'many');
    cpSync(original, folder, { recursive: true });
    for (const spoil of [
      edit(yaml, 'partitions: 3', 'partitions: x'),
      edit(yaml, 'key: customer', 'key: nobody'),
      edit(yaml, 'from: results.by_state', 'from: results.by_stat'),
    ])
      spoil(folder);
    const { code, stderr } = await runCli(['lint', folder]);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(3);
  });

  test('nothing in it, or not there, is refused', async () => {
    const empty = join(on.work.path, 'empty');
    mkdirSync(empty);
    expectTold(await runCli(['lint', empty]), 2);
    const absent = await runCli(['up', '--pipeline', join(on.work.path, 'absent'), '--nats', on.server.url]);
    expectTold(absent, 2);
    expect(absent.stderr).toContain('there is no folder');
  });
});

/** Each program names its environment variables without needing any of them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { settingsHelp } from '#runtime/settings/settings-help';
import { projectRoot } from '../support/project-root.js';
import { allServices } from './support/fleet.js';

const programs = [
  ...allServices.map((service) => [service, '--help']),
  ['afluente', 'up', '--help'],
  ['afluente', 'start', '--help'],
];

test.each(programs.map((words) => [words.join(' '), words] as const))('%s', async (_, [app = '', ...args]) => {
  const { PATH } = process.env;
  const [code, output] = await new Promise<[unknown, string]>((resolve) => {
    execFile(
      process.execPath,
      [join(projectRoot, 'dist/apps', app, 'main.js'), ...args],
      { env: { PATH } },
      (error, stdout) => resolve([error?.code ?? 0, stdout]),
    );
  });
  expect(code).toBe(0);
  expect(output).toContain(settingsHelp());
});

/** The numbered examples do what their READMEs show: every command is run as it stands there, and prints what stands below it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { endPrograms, runCli } from './support/cli.js';

interface Command {
  readonly args: readonly string[];
  /** Lines that it prints; undefined where the README does not show them. */
  readonly output: string | undefined;
}

const examples = join(projectRoot, 'examples');
const names = readdirSync(examples).filter((name) => /^\d\d-/.test(name));
const runMsMax = 120_000;

let work: TempDir;
let server: NatsServer;

beforeAll(async () => {
  work = makeTempDir('numbered-examples');
  server = await startNats({ config: { jetstream: { max_file_store: 1_000_000_000_000 } } });
});
afterAll(async () => {
  await server.stop();
  work.remove();
});
afterEach(endPrograms);

/** Indented blocks: a command begins with `npm run`; with `$ ` before it, the rest of its block is what it prints. */
function commandsOf(readme: string): Command[] {
  const blocks = [...readme.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) =>
    block
      .split('\n')
      .slice(0, -1)
      .map((line) => line.slice(4)),
  );
  return blocks.flatMap((lines): Command[] => {
    const [first = '', ...rest] = lines;
    if (first.startsWith('$ '))
      return [{ args: argsOf(first.slice(2)), output: rest.map((line) => `${line}\n`).join('') }];
    return lines.map((line) => ({ args: argsOf(line), output: undefined }));
  });
}

function argsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
  if (words.slice(0, 5).join(' ') !== 'npm run -s afluente --') throw new Error(`no command of Afluente: ${line}`);
  return words
    .slice(5)
    .map((word) => word.replace('nats://127.0.0.1:4222', server.url).replace(/^(file:)?data\//, `$1${work.path}/`));
}

test('are numbered without a gap, and the list of examples leads to each', () => {
  expect(names.map((name) => Number(name.slice(0, 2)))).toEqual(names.map((_, i) => i + 1));
  const list = readFileSync(join(examples, 'README.md'), 'utf8');
  expect(names.filter((name) => !list.includes(`](${name}/README.md)`))).toEqual([]);
});

describe.each(names)('%s', (name) => {
  test(
    'prints what its README shows',
    async () => {
      const commands = commandsOf(readFileSync(join(examples, name, 'README.md'), 'utf8'));
      expect(commands.filter(({ output }) => output !== undefined).length).toBeGreaterThan(0);
      for (const { args, output } of commands) {
        const { code, stdout, stderr } = await runCli(args);
        expect({ args, code, ...(code !== 0 && { stderr }) }).toEqual({ args, code: 0 });
        if (output !== undefined) expect(stdout).toBe(output);
      }
    },
    runMsMax,
  );
});

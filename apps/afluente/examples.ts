/** The examples that come with Afluente, by pipeline folder. */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Example } from '../../examples/example.js';
import { UsageError } from './run-command.js';

/** @throws UsageError when the folder is no example */
export async function exampleOf(folder: string): Promise<Example> {
  const name = basename(resolve(folder));
  const program = fileURLToPath(new URL(`../../examples/${name}/example.js`, import.meta.url));
  if (!existsSync(program))
    throw new UsageError(
      `${folder} is not one of the examples (sales-tech, flights), so there is no generator for its events. Publish your own to its subjects, or use "afluente produce --file events.ndjson --subject …".`,
    );
  const { example } = (await import(program)) as { example: Example };
  return example;
}

/** Services start with the same options of Node wherever they are started. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { youngHeap } from '#runtime/settings/settings';
import { projectRoot } from '../support/project-root.js';

test.each([
  ['docker/Dockerfile', `NODE_OPTIONS=${youngHeap}\n`],
  ['helm/afluente/values.yaml', `nodeOptions: ${youngHeap}\n`],
])('%s gives services the options of Node that `up` gives them', (file, line) => {
  expect(readFileSync(join(projectRoot, file), 'utf8')).toContain(line);
});

/** Every planted edit fits the source as it is: known in a second, not after the hour in which the controls run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { plantedKillers } from '../e2e/support/planted-killers.js';
import { projectRoot } from '../support/project-root.js';
import { allControls } from './all-controls.js';
import { applyEdits } from './apply-edits.js';

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

test.each([
  ...Object.entries(allControls).map(([name, { edits }]) => [name, edits] as const),
  ['killers', plantedKillers] as const,
])('%s', (_, edits) => expect(applyEdits(edits, read).size).toBeGreaterThan(0));

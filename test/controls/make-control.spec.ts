/** Every control fits the sources of today, and builds. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';
import { allControls, controlNames } from './all-controls.js';
import { applyEdits, EditError } from './apply-edits.js';
import { makeControl } from './make-control.js';

const services = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'];

test.each(controlNames)('%s fits the sources', (name) => {
  const { edits } = allControls[name];
  const texts = applyEdits(edits, (file) => readFileSync(join(projectRoot, file), 'utf8'));
  expect([...texts.keys()].sort()).toEqual([...new Set(edits.map(({ file }) => file))].sort());
});

test('an edit that fits nowhere or twice fails loudly', () => {
  const edit = (find: string) => () => applyEdits([{ file: 'a', find, replace: '' }], () => 'one two two');
  expect(edit('three')).toThrow(EditError);
  expect(edit('two')).toThrow('2 places');
  expect(edit('one')().get('a')).toBe(' two two');
});

describe('a control', () => {
  test('is a whole build of its own that differs in what it breaks', async () => {
    const control = await makeControl('fence-removed');
    try {
      // Not the bundle, which has what is to be broken as it was.
      for (const service of services)
        expect(readFileSync(join(control.root, 'dist/apps', service, 'main.js'), 'utf8')).toContain(
          "from '#runtime/service/run-service'",
        );
      expect(readFileSync(join(control.root, 'dist/libs/nats/messages/log-writer.js'), 'utf8')).not.toContain(
        'Nats-Expected-Last-Sequence',
      );
      expect(readFileSync(join(projectRoot, 'libs/nats/messages/log-writer.ts'), 'utf8')).toContain(
        'Nats-Expected-Last-Sequence',
      );
    } finally {
      control.remove();
    }
    expect(existsSync(control.root)).toBe(false);
  });
});

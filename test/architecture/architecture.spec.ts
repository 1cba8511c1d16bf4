/** The repository keeps its own rules (ARCHITECTURE.md, CONTRIBUTING.md); each violation names file, line and what to do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';
import { hygieneViolations } from './hygiene-rules.js';
import { importViolations } from './import-rules.js';
import { parseLibTable } from './lib-table.js';
import { environmentViolations, purityViolations } from './purity-rules.js';
import { crowdedFolders, parseRooms, roomViolations } from './room-rules.js';
import { readSourceFiles } from './source-file.js';
import { stageViolations } from './stage-rules.js';

const architecture = readFileSync(join(projectRoot, 'ARCHITECTURE.md'), 'utf8');
const table = parseLibTable(architecture);
const rooms = parseRooms(architecture);
const files = readSourceFiles();
const vague = ['common', 'core', 'helpers', 'shared', 'utils'];

describe('the source code', () => {
  test('imports only in the directions of the table', () => {
    expect(files.flatMap((file) => importViolations(file, table))).toEqual([]);
  });

  test('stands in the rooms of its lib, which look down only', () => {
    expect(files.flatMap((file) => roomViolations(file, rooms))).toEqual([]);
    for (const [lib, own] of rooms) {
      const folders = readdirSync(join(projectRoot, 'libs', lib), { withFileTypes: true }).filter((entry) =>
        entry.isDirectory(),
      );
      expect([lib, ...[...own].sort()]).toEqual([lib, ...folders.map(({ name }) => name).sort()]);
    }
  });

  test('fills no folder with more than one sees at a glance', () => {
    expect(crowdedFolders(files)).toEqual([]);
  });

  test('keeps pure libs pure', () => {
    expect(files.flatMap((file) => purityViolations(file, table))).toEqual([]);
  });

  test('reads the environment in one file', () => {
    expect(files.flatMap(environmentViolations)).toEqual([]);
  });

  test('asks stages what they are, and compares no kinds', () => {
    expect(files.flatMap(stageViolations)).toEqual([]);
  });

  test('has small files that say their purpose and hide nothing', () => {
    expect(files.flatMap(hygieneViolations)).toEqual([]);
  });
});

describe('the libraries', () => {
  const folders = readdirSync(join(projectRoot, 'libs')).filter(
    (lib) => readdirSync(join(projectRoot, 'libs', lib)).length > 0,
  );

  test('are those of the table in ARCHITECTURE.md', () => {
    expect([...table.keys()].sort()).toEqual(folders.sort());
  });

  test('are named for what they know', () => {
    expect(folders.filter((lib) => vague.includes(lib))).toEqual([]);
  });
});

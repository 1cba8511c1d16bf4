/** The stages fit together: each reads what one before it writes, and nothing that is written is left unread. */
import { expect, test } from '@jest/globals';
import { tableKinds } from '../tables/table-kinds.js';
import { allStages, logStages, services } from './all-stages.js';

const tables = Object.values(tableKinds);

test('every stage between two logs reads what a stage before it writes', () => {
  for (const stage of logStages) {
    const before = allStages.slice(0, allStages.indexOf(stage)).map(({ writes }) => writes);
    expect(before).toContain(stage.reads);
  }
});

test('every log is read by a stage or a table, and every table reads logs that are written', () => {
  const written = new Set(allStages.flatMap(({ writes = [] }) => writes));
  expect(new Set([...logStages, ...tables].map(({ reads }) => reads))).toEqual(written);
});

test('names are taken once', () => {
  const kinds = allStages.map(({ kind }) => kind);
  expect(new Set(kinds).size).toBe(kinds.length);
});

test("services come in the order of an event's way", () => {
  expect(services).toEqual(['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer']);
});

test('who can refuse single events can trace them, and takes them from the section that it refuses in', () => {
  for (const { refuses, traces, section } of logStages) {
    expect(traces === undefined).toBe(refuses === undefined);
    if (refuses) expect(['raw', 'ok']).toContain(section);
  }
});

/** Checks that every contract is there, is JSON and has the fields that its source names. */

import { envelopeOf } from '#envelopes/all-envelopes';
import { stepsOf } from '../model/field-path.js';
import { arrivalColumn, ownIds } from '../model/model.js';
import { suggestName } from '../text/closest-name.js';
import { jsonErrorLine } from '../text/json-error-line.js';
import type { Problem } from '../text/problem.js';
import { columnsIn, type SubjectPattern, subjectPattern } from '../text/subject-pattern.js';
import { entriesAt, namesAt, type Report, textAt, textsAt, valueAt } from './check-context.js';

export type ReadFile = (path: string) => string | undefined;

/** Problems inside a contract name the contract's own file and line. */
export function checkContracts(root: unknown, readFile: ReadFile, report: Report, problems: Problem[]): void {
  const broken = new Set<string>();
  for (const [name, source] of entriesAt(root, 'sources')) {
    const path = textAt(source, 'contract');
    if (path === undefined || path === '' || broken.has(path)) continue;
    const text = readFile(path);
    if (text === undefined) {
      const remedy = 'Create the file, or write its path relative to the folder of the pipeline file.';
      report(['sources', name, 'contract'], `there is no file "${path}"`, remedy);
      continue;
    }
    const contract = readContract(path, text);
    if ('problem' in contract) {
      problems.push(contract.problem);
      broken.add(path);
    } else checkFields(name, source, path, contract.schema, report);
  }
}

function readContract(file: string, text: string): { schema: unknown } | { problem: Problem } {
  const fault = (line: number, message: string, remedy: string) => ({
    problem: { file, line, path: '', message, remedy },
  });
  let contract: unknown;
  try {
    contract = JSON.parse(text);
  } catch {
    return fault(
      jsonErrorLine(text),
      'this is not JSON',
      'Correct this line: look for a missing comma, quote or bracket.',
    );
  }
  if (entriesAt(contract, 'properties').length > 0) return { schema: contract };
  return fault(
    1,
    'must be a JSON Schema with properties',
    'Write {"type": "object", "properties": {…}} with a property for each field.',
  );
}

function checkFields(name: string, source: unknown, file: string, schema: unknown, report: Report): void {
  const ids = textsAt(source, 'id');
  const ofEnvelope = envelopeOf(textAt(source, 'envelope'))?.columns.map((column) => column.name) ?? [];
  const columns = [...ofEnvelope, ...columnsIn(patternsOf(source)), ...namesAt(source, 'headers')];
  const fields = [
    ...(ids.length > 0
      ? ids.map(({ text, place }) => ({ path: ['id', place], field: text, others: ownIds }))
      : [{ path: ['id'], field: textAt(source, 'id'), others: ownIds }]),
    { path: ['key'], field: textAt(source, 'key'), others: [] },
    { path: ['eventTime', 'field'], field: textAt(source, 'eventTime', 'field'), others: [arrivalColumn] },
  ];
  for (const { path, field, others } of fields) {
    if (field === undefined || field === '' || [...columns, ...others].includes(field)) continue;
    const missing = missingIn(schema, stepsOf(field));
    if (missing === undefined) continue;
    const { member, around, members } = missing;
    const where = around === '' ? file : `"${around}" of ${file}`;
    const known = around === '' ? [...members, ...ofEnvelope] : members;
    report(['sources', name, ...path], `${where} has no property "${member}"`, suggestName(member, known, 'property'));
  }
}

function patternsOf(source: unknown): SubjectPattern[] {
  const one = textAt(source, 'filter');
  const listed = [...textsAt(source, 'subjects'), ...textsAt(source, 'filter')].map(({ text }) => text);
  return [...listed, ...(one === undefined ? [] : [one])].map(subjectPattern);
}

/** The first step that a contract does not have; what stands behind a reference the contract's own check looks at. */
function missingIn(
  schema: unknown,
  steps: readonly string[],
): { readonly member: string; readonly around: string; readonly members: readonly string[] } | undefined {
  let at = schema;
  for (const [i, member] of steps.entries()) {
    if (valueAt(at, '$ref') !== undefined) return undefined;
    const members = entriesAt(at, 'properties');
    const found = members.find(([name]) => name === member);
    if (!found) return { member, around: steps.slice(0, i).join('.'), members: members.map(([name]) => name) };
    at = found[1];
  }
  return undefined;
}

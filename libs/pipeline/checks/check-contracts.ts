/** Checks that every contract is there, is JSON and has the fields that its source names. */
import { suggestName } from '../text/closest-name.js';
import { jsonErrorLine } from '../text/json-error-line.js';
import type { Problem } from '../text/problem.js';
import { entriesAt, type Report, textAt } from './check-context.js';

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
    } else checkFields(name, source, path, contract.fields, report);
  }
}

function readContract(file: string, text: string): { fields: string[] } | { problem: Problem } {
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
  const fields = entriesAt(contract, 'properties').map(([field]) => field);
  if (fields.length > 0) return { fields };
  return fault(
    1,
    'must be a JSON Schema with properties',
    'Write {"type": "object", "properties": {…}} with a property for each field.',
  );
}

function checkFields(name: string, source: unknown, file: string, fields: readonly string[], report: Report): void {
  for (const path of [['id'], ['key'], ['eventTime', 'field']]) {
    const field = textAt(source, ...path);
    if (field === undefined || field === '' || fields.includes(field)) continue;
    report(['sources', name, ...path], `${file} has no property "${field}"`, suggestName(field, fields, 'property'));
  }
}

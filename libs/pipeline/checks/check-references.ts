/** Checks that reference files are there, and that the types stated for their columns can be. */
import { entriesAt, type Report, textAt, valueAt } from './check-context.js';

export function checkReferences(root: unknown, fileExists: (path: string) => boolean, report: Report): void {
  for (const [name, reference] of entriesAt(root, 'references')) {
    const path = ['references', name];
    const file = textAt(reference, 'file') ?? '';
    if (file !== '' && !fileExists(file)) {
      report(
        [...path, 'file'],
        `there is no file "${file}"`,
        'Create the file, or write its path relative to the folder of the pipeline file.',
      );
    }
    if (!file.endsWith('.csv') && valueAt(reference, 'columns') !== undefined) {
      report([...path, 'columns'], 'belongs to a .csv file: other files have types of their own', 'Remove "columns".');
    }
    for (const [column, type] of entriesAt(reference, 'columns')) {
      if (hasScaleBeyondPrecision(type))
        report(
          [...path, 'columns', column],
          `${String(type)} has more digits behind the point than digits`,
          'Write decimal(precision,scale), e.g. "decimal(12,2)".',
        );
    }
  }
}

function hasScaleBeyondPrecision(type: unknown): boolean {
  const [, precision, scale] = /^decimal\(([0-9]+),([0-9]+)\)$/.exec(String(type)) ?? [];
  return Number(scale) > Number(precision);
}

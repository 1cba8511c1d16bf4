/** Reads a pipeline file: YAML, structure, then what its parts say about each other; all problems at once. */
import { checkContracts, type ReadFile } from './check-contracts.js';
import { entriesAt, reporter, type Report, textAt } from './check-context.js';
import { checkNames } from './check-names.js';
import { isRawPipeline, structureProblems } from './check-structure.js';
import { checkSubjects } from './check-subjects.js';
import { fillDefaults } from './fill-defaults.js';
import type { Pipeline } from './model.js';
import type { Problem } from './problem.js';
import { readYaml, type YamlText } from './yaml-text.js';

export type ParsedPipeline =
  | { readonly ok: true; readonly pipeline: Pipeline }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * `fileName` is what problems call the file. `readFile` answers the text of a file whose path is relative to the
 * pipeline folder, or undefined; `fileExists` says whether a reference (which may be binary) is there.
 */
export function parsePipeline(
  text: string,
  fileName: string,
  readFile: ReadFile,
  fileExists: (path: string) => boolean = () => true,
): ParsedPipeline {
  const yaml = readYaml(text, fileName);
  if (!yaml.readable) return { ok: false, problems: yaml.problems };
  if (!isMapping(yaml.value)) return { ok: false, problems: [noMapping(yaml, fileName)] };
  const problems = [...yaml.problems, ...structureProblems(yaml, fileName)];
  const report = reporter(yaml, fileName, problems);
  checkSubjects(yaml.value, report);
  checkContracts(yaml.value, readFile, report, problems);
  checkReferenceFiles(yaml.value, fileExists, report);
  checkNames(yaml.value, report);
  if (problems.length > 0) return { ok: false, problems: inOrder(problems, fileName) };
  // Without problems the structure holds; the guard only tells the compiler.
  if (!isRawPipeline(yaml.value)) throw new TypeError('A pipeline file without problems must fit its schema.');
  return { ok: true, pipeline: fillDefaults(yaml.value) };
}

function checkReferenceFiles(root: unknown, fileExists: (path: string) => boolean, report: Report): void {
  for (const [name, reference] of entriesAt(root, 'references')) {
    const file = textAt(reference, 'file');
    if (file === undefined || file === '' || fileExists(file)) continue;
    const mend = 'Create the file, or write its path relative to the folder of the pipeline file.';
    report(['references', name, 'file'], `there is no file "${file}"`, mend);
  }
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function noMapping(yaml: YamlText, file: string): Problem {
  const empty = yaml.value === null || yaml.value === undefined;
  const message = empty ? 'the file is empty' : 'the file must be a mapping ("name: value" lines)';
  return { file, line: 1, path: '', message, mend: 'Begin with "apiVersion: afluente/v1", "name: …" and "sources:".' };
}

/** By line, the pipeline file first. */
function inOrder(problems: readonly Problem[], fileName: string): Problem[] {
  const rank = (problem: Problem) => (problem.file === fileName ? '' : problem.file);
  return [...problems].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a.line - b.line));
}

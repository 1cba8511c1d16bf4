/** Reads a pipeline file: YAML, structure, then what its parts say about each other; all problems at once. */
import type { Pipeline } from '../model/model.js';
import { toModel } from '../model/to-model.js';
import type { Problem } from '../text/problem.js';
import { readYaml, type YamlText } from '../text/yaml-text.js';
import { reporter } from './check-context.js';
import { checkContracts, type ReadFile } from './check-contracts.js';
import { checkNames } from './check-names.js';
import { checkPartitions } from './check-partitions.js';
import { checkReferences } from './check-references.js';
import { checkStructure } from './check-structure.js';
import { checkSubjects } from './check-subjects.js';

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
  const structure = checkStructure(yaml, fileName);
  const problems = [...yaml.problems, ...(structure.ok ? [] : structure.problems)];
  const report = reporter(yaml, fileName, problems);
  checkSubjects(yaml.value, report);
  checkContracts(yaml.value, readFile, report, problems);
  checkReferences(yaml.value, fileExists, report);
  checkPartitions(yaml.value, report);
  checkNames(yaml.value, report);
  if (!structure.ok || problems.length > 0) return { ok: false, problems: inOrder(problems, fileName) };
  return { ok: true, pipeline: toModel(structure.filled) };
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function noMapping(yaml: YamlText, file: string): Problem {
  const empty = yaml.value === null || yaml.value === undefined;
  const message = empty ? 'the file is empty' : 'the file must be a mapping ("name: value" lines)';
  return {
    file,
    line: 1,
    path: '',
    message,
    remedy: 'Begin with "apiVersion: afluente/v1", "name: …" and "sources:".',
  };
}

/** By line, the pipeline file first. */
function inOrder(problems: readonly Problem[], fileName: string): Problem[] {
  const rank = (problem: Problem) => (problem.file === fileName ? '' : problem.file);
  return [...problems].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a.line - b.line));
}

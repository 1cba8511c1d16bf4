/** Loads a pipeline folder from disk: `pipeline.yaml`, its contracts, and whether its references are there. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseExactly } from '#contract/values/exact-number';
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import { logicVersion } from '#pipeline/model/logic-version';
import type { Pipeline } from '#pipeline/model/model';
import type { Problem } from '#pipeline/text/problem';
import { lakeInFolder } from './lake-in-folder.js';

export interface PipelineFolder {
  /** Absolute path; relative paths of the pipeline (contracts, references) begin here. */
  readonly folder: string;
  readonly pipeline: Pipeline;
  /** The JSON Schema of each source, parsed with the digits of its numbers, by source name. */
  readonly contracts: Readonly<Record<string, unknown>>;
  /** 16 hex digits over the pipeline file and its contracts. */
  readonly logic: string;
}

export type LoadedPipeline =
  | { readonly ok: true; readonly loaded: PipelineFolder }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the folder once; every expected failure is a problem with file, line and remedy. */
export function loadPipelineFolder(path: string): LoadedPipeline {
  const folder = resolve(path);
  const file = join(path, 'pipeline.yaml');
  const found = findFile(path, file);
  if (typeof found !== 'string') return { ok: false, problems: [found] };
  const texts: Record<string, string> = { 'pipeline.yaml': found };
  const parsed = parsePipeline(
    found,
    file,
    (relative) => {
      const text = readText(join(folder, relative));
      if (text !== undefined) texts[relative] = text;
      return text;
    },
    (relative) => isFile(join(folder, relative)),
  );
  if (!parsed.ok) return { ok: false, problems: parsed.problems.map((problem) => inFolder(problem, path, file)) };
  const pipeline = withLake(folder, parsed.pipeline);
  const contracts = Object.fromEntries(
    Object.values(pipeline.sources).map(({ name, contract }) => [name, parseExactly(texts[contract] ?? '')]),
  );
  return { ok: true, loaded: { folder, pipeline, contracts, logic: logicVersion(texts) } };
}

function withLake(folder: string, pipeline: Pipeline): Pipeline {
  const { url } = pipeline.lake;
  return url === undefined ? pipeline : { ...pipeline, lake: { ...pipeline.lake, url: lakeInFolder(folder, url) } };
}

function findFile(path: string, file: string): string | Problem {
  const missing = (message: string, remedy: string): Problem => ({ file, line: 1, path: '', message, remedy });
  if (!existsSync(path)) return missing(`there is no folder "${path}"`, 'Give the folder that holds pipeline.yaml.');
  if (!statSync(path).isDirectory())
    return missing(`"${path}" is not a folder`, 'Give the folder that holds pipeline.yaml.');
  const text = readText(file);
  if (text !== undefined) return text;
  return missing('there is no such file', 'Create pipeline.yaml in this folder, or copy one from examples/sales-tech.');
}

/** Contracts are named as the user can open them, like the pipeline file. */
function inFolder(problem: Problem, path: string, file: string): Problem {
  return problem.file === file ? problem : { ...problem, file: join(path, problem.file) };
}

function readText(path: string): string | undefined {
  return isFile(path) ? readFileSync(path, 'utf8') : undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

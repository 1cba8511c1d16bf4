/** The pipeline folder as a process uses it: compiled once, reference tables refreshed while it runs. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReference } from '#columns/files/reference';
import type { DataFrame } from '#columns/polars/data-frames';
import type { Reference } from '#pipeline/model/model';
import { pointerPath } from '#pipeline/text/path-text';
import { type Problem, renderProblems } from '#pipeline/text/problem';
import { readYaml } from '#pipeline/text/yaml-text';
import { loadPipelineFolder, type PipelineFolder } from '#pipeline-folder/load';
import type { References } from '#stages/steps/enrich-rows';
import { referenceProblem } from '#stages/steps/reference-problem';
import { type CompiledPipeline, compilePipeline } from '#stages/tables/compile-pipeline';
import type { CompileProblem } from '#stages/tables/compile-problem';

/** The pipeline folder cannot be used; the message names file, line and the remedy for every problem. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  constructor(readonly problems: readonly Problem[]) {
    super(renderProblems(problems));
  }
}

/** A reference file holds something the pipeline cannot go on with. The message quotes nothing of it. */
export class ReferenceRefusedError extends Error {
  override readonly name = 'ReferenceRefusedError';
}

interface Loaded {
  readonly frame: DataFrame;
  readonly version: string;
}

export class PipelineSource {
  readonly #timers: NodeJS.Timeout[] = [];
  #references: References;

  private constructor(
    readonly compiled: CompiledPipeline,
    readonly logic: string,
    private readonly folder: string,
    private readonly contracts: Readonly<Record<string, unknown>>,
    private loaded: ReadonlyMap<string, Loaded>,
  ) {
    this.#references = referencesOf(loaded);
  }

  /** Reads and checks everything. @throws PipelineError */
  static load(path: string): PipelineSource {
    const read = loadPipelineFolder(path);
    if (!read.ok) throw new PipelineError(read.problems);
    const { folder, pipeline, contracts, logic } = read.loaded;
    const loaded = new Map(
      Object.values(pipeline.references).map((reference) => [reference.name, loadFirst(folder, path, reference)]),
    );
    const outcome = compilePipeline(pipeline, contracts, referencesOf(loaded).tables);
    if (!outcome.ok) throw new PipelineError(outcome.problems.map((problem) => located(problem, read.loaded, path)));
    return new PipelineSource(outcome.compiled, logic, folder, contracts, loaded);
  }

  /** The reference tables as they are now. */
  readonly references = (): References => this.#references;

  /** Looks at the reference files now and then; one that cannot be read or used leaves the last good table in use. */
  watch(onProblem: (reference: string, error: Error) => void): void {
    for (const reference of Object.values(this.compiled.pipeline.references)) {
      const timer = setInterval(() => this.#refresh(reference, onProblem), reference.refreshMs);
      timer.unref();
      this.#timers.push(timer);
    }
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #refresh(reference: Reference, onProblem: (reference: string, error: Error) => void): void {
    try {
      const bytes = readFileSync(join(this.folder, reference.file));
      if (versionOf(bytes) === this.loaded.get(reference.name)?.version) return;
      const loaded = new Map(this.loaded).set(reference.name, loadReference(bytes, reference));
      const references = referencesOf(loaded);
      this.#checkChange(references);
      this.loaded = loaded;
      this.#references = references;
    } catch (error) {
      onProblem(reference.name, error as Error);
    }
  }

  /** New tables may change what the SQL finds, not the columns it gives: those of the tables in the lake are fixed. */
  #checkChange({ tables }: References): void {
    const { pipeline, enriched } = this.compiled;
    const outcome = compilePipeline(pipeline, this.contracts, tables);
    if (!outcome.ok)
      throw new ReferenceRefusedError(
        `with the new file, ${outcome.problems.map(({ message }) => message).join('; ')}`,
      );
    const changed = Object.keys(enriched).find(
      (source) => JSON.stringify(outcome.compiled.enriched[source]) !== JSON.stringify(enriched[source]),
    );
    if (changed !== undefined)
      throw new ReferenceRefusedError(
        `with the new file, the SQL of "${changed}" would give columns of other names or types. Cast them in the SQL, or restart the services to change the columns.`,
      );
  }
}

function loadFirst(folder: string, path: string, reference: Reference): Loaded {
  try {
    return loadReference(readFileSync(join(folder, reference.file)), reference);
  } catch (error) {
    throw new PipelineError([
      {
        file: join(path, reference.file),
        line: 1,
        path: `references.${reference.name}`,
        message: (error as Error).message,
        remedy:
          'Correct the file, its ending (csv, json, ndjson, parquet), or key and columns of the reference in pipeline.yaml.',
      },
    ]);
  }
}

function loadReference(bytes: Buffer, reference: Reference): Loaded {
  const frame = readTable(bytes, reference);
  const problem = referenceProblem(frame, reference.key);
  if (problem !== undefined) throw new ReferenceRefusedError(problem);
  return { frame, version: versionOf(bytes) };
}

function readTable(bytes: Buffer, { format, columns }: Reference): DataFrame {
  try {
    return readReference(bytes, format, columns);
  } catch (cause) {
    throw new ReferenceRefusedError((cause as Error).message, { cause });
  }
}

function versionOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12);
}

function referencesOf(loaded: ReadonlyMap<string, Loaded>): References {
  return {
    tables: Object.fromEntries([...loaded].map(([name, { frame }]) => [name, frame])),
    versions: [...loaded].map(([name, { version }]) => `${name}=${version}`).join(','),
  };
}

/** Gives a compile problem the file and line it speaks of. */
function located({ at, message, remedy }: CompileProblem, { folder, pipeline }: PipelineFolder, path: string): Problem {
  const [file, parts] = 'path' in at ? ['pipeline.yaml', at.path] : [pipeline.sources[at.source]!.contract, undefined];
  const yaml = readYaml(readFileSync(join(folder, file), 'utf8'), file);
  const place = parts ?? pointerPath('pointer' in at ? at.pointer : '', yaml.value);
  return { file: join(path, file), line: yaml.lineAt(place), path: place.join('.'), message, remedy };
}

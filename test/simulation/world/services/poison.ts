/** Events on which a stage fails, or its process dies, in a third of the runs each: the row must be in quarantine, alone, and whatever it was batched with must not notice. */
import type { InputFrame } from '#frame/step';
import type { StepCall } from '#runtime/steps/step-call';
import { reduce } from '#stages/kinds/reduce';
import { validate } from '#stages/kinds/validate';
import { window } from '#stages/kinds/window';
import { okRows } from '#stages/rows/ok-rows';
import type { LogTaskSpec } from '#stages/topology/topology';

/** `validate`: its step throws on the bytes. `enrich`: the SQL of the pipeline with windows fails. `window`: the steps of both windows throw. */
export type PoisonedStage = 'validate' | 'enrich' | 'window';

const throwing: ReadonlyMap<number, PoisonedStage> = new Map([
  [4, 'validate'],
  [5, 'validate'],
  [7, 'enrich'],
  [9, 'window'],
  [12, 'validate'],
  [13, 'window'],
]);

/** Of these a process dies. Each takes two of them, so there are few. */
const deadly: ReadonlyMap<number, PoisonedStage> = new Map([
  [5, 'validate'],
  [9, 'window'],
]);

const cityOf = (stage: PoisonedStage): string => `poison-${stage}`;
const deadlyCityOf = (stage: PoisonedStage): string => `deadly-${stage}`;

/** City of the n-th event when the stage shall fail on it. */
export function poisonedCity(seed: number, n: number): string | undefined {
  const stage = seed % 3 === 0 ? throwing.get(n) : seed % 3 === 1 ? deadly.get(n) : undefined;
  return stage && (seed % 3 === 0 ? cityOf(stage) : deadlyCityOf(stage));
}

/** Which stage fails on an event of this city. */
export function poisonedStage(city: string): PoisonedStage | undefined {
  return (['validate', 'enrich', 'window'] as const).find(
    (stage) => cityOf(stage) === city || deadlyCityOf(stage) === city,
  );
}

/** How a stage is poisoned that does not fail by itself, as enrich does by its SQL. */
interface Poisoning {
  readonly as: PoisonedStage;
  holds(frames: readonly InputFrame[], city: string): boolean;
  fails(): Error;
}

const byBytes: Poisoning = { as: 'validate', holds: holdsText, fails: () => new TypeError('poison') };
const byRows: Poisoning = { as: 'window', holds: holdsEvent, fails: () => new RangeError('poison') };
const poisonings: ReadonlyMap<string, Poisoning> = new Map([
  [validate.kind, byBytes],
  [reduce.kind, byRows],
  [window.kind, byRows],
]);

/** Whether a process dies of a step over these frames. */
export function isDeadly({ stage }: Pick<LogTaskSpec, 'stage'>, frames: readonly InputFrame[]): boolean {
  const poisoning = poisonings.get(stage.kind);
  return poisoning?.holds(frames, deadlyCityOf(poisoning.as)) === true;
}

/** SQL that fails on the events meant for enrich, and passes the others. */
export const poisonedSql = (more = ''): string =>
  `SELECT e.*${more} FROM events e WHERE CAST(CASE WHEN e.city = '${cityOf('enrich')}' THEN 'x' ELSE '1' END AS INTEGER) = 1`;

/** The step, which throws on some events when it has taken them into its state. */
export function poisoned({ stage }: Pick<LogTaskSpec, 'stage'>, step: StepCall): StepCall {
  const poisoning = poisonings.get(stage.kind);
  if (!poisoning) return step;
  return async (request) => {
    const result = await step(request);
    if (poisoning.holds(request.frames, cityOf(poisoning.as))) throw poisoning.fails();
    return result;
  };
}

function holdsText(frames: readonly InputFrame[], text: string): boolean {
  return frames.some(({ sections }) =>
    sections.some(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).includes(text)),
  );
}

function holdsEvent(frames: readonly InputFrame[], city: string): boolean {
  return okRows(frames)?.getColumn('city').toArray().includes(city) ?? false;
}

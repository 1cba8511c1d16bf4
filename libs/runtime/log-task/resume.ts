/** Where a task goes on after a start, a take-over or a failed publish: decided from facts alone. */
import type { FrameHead, RowProgress } from '#frame/head';
import { checkOpen, type Position, type StreamFacts } from '#frame/lineage';
import type { RefusedRows } from '#frame/refused';

/** What a snapshot's manifest says besides the state itself. */
export interface SnapshotFacts {
  /** The own frame whose effects the state includes, and its lineage hash. */
  readonly at: number;
  readonly atHash: string | undefined;
  /** Input positions at that frame. */
  readonly positions: readonly Position[];
}

export interface ResumeFacts {
  /** Current facts of the input streams, in the order of the task's inputs. */
  readonly inputs: readonly StreamFacts[];
  readonly last: { readonly seq: number; readonly head: FrameHead } | undefined;
  /** Head of the oldest own frame: only needed to rebuild a state without a snapshot. */
  readonly first: FrameHead | undefined;
  /** The snapshot named by the last frame, if it names one. */
  readonly snapshot: SnapshotFacts | undefined;
  readonly stateful: boolean;
}

export type Resume =
  | { readonly kind: 'halt'; readonly reason: string }
  | {
      readonly kind: 'resume';
      /** Where the readers start. */
      readonly from: readonly Position[];
      /** Own frames after this one are replayed (their input ranges run through the step again) before new work. */
      readonly replayAfter: { readonly seq: number; readonly hash: string | undefined } | undefined;
      /** The last step was cut off between two of its frames: this much of it is stored. */
      readonly cut: RowProgress | undefined;
    };

export function decideResume(facts: ResumeFacts): Resume {
  const { last, snapshot, stateful, inputs } = facts;
  const cut = last?.head.row && last.head.row.done < last.head.row.all ? last.head.row : undefined;
  const known = knownPositions(facts, cut !== undefined).map(
    (position, i): Position =>
      nothingRead(last, i) ? { ...position, created: inputs[i]?.created ?? position.created } : position,
  );
  if (known.length > inputs.length)
    return {
      kind: 'halt',
      reason: `its log was written from ${known.length} inputs, and by this pipeline.yaml there are ${inputs.length}: the number of the source's partitions has changed since, and this file says only those before. Start with the one that names the new number, too.`,
    };
  // Inputs that the task did not have before, and a task that never wrote a frame, e.g. of a new window, begin with what there still is.
  const from = inputs.map(
    (input, i): Position =>
      known[i] ?? { stream: input.stream, created: input.created, seq: input.firstSeq - 1, hash: undefined },
  );
  for (const [i, position] of from.entries()) {
    const verdict = checkOpen(position, inputs[i]!);
    if (verdict.kind === 'halt') return verdict;
  }
  const replayAfter = stateful && last ? { seq: snapshot?.at ?? 0, hash: snapshot?.atHash } : undefined;
  return { kind: 'resume', from, replayAfter, cut };
}

/** Then any incarnation is as good. */
function nothingRead(last: ResumeFacts['last'], input: number): boolean {
  return last?.head.inputs[input]?.last === 0;
}

/** Of the inputs that the task had when it wrote its last frame. */
function knownPositions({ first, last, snapshot, stateful }: ResumeFacts, cut: boolean): Position[] {
  if (!last) return [];
  if (stateful && snapshot) return [...snapshot.positions];
  // Without a snapshot the state is rebuilt from where the first own frame began: a task that is younger than its inputs never read from 1.
  // `created` comes from what was read, not from today: another incarnation of the input must halt.
  if (stateful)
    return (first ?? last.head).inputs.map((range) => ({
      stream: range.stream,
      created: range.created,
      seq: range.first - 1,
      hash: undefined,
    }));
  if (!cut) return positionsAfter(last.head);
  return last.head.inputs.map(({ stream, created, first }) => ({ stream, created, seq: first - 1, hash: undefined }));
}

/** How far a task has come whose last frame this is. */
export function positionsAfter({ inputs }: Pick<FrameHead, 'inputs'>): Position[] {
  return inputs.map(({ stream, created, last, hash }) => ({ stream, created, seq: last, hash }));
}

/** One step as own frames record it: the input ranges it covered. */
export interface RecordedStep {
  /** Last input sequence per input. */
  readonly through: readonly number[];
  readonly seq: number;
  readonly complete: boolean;
  /** It put something out, or covered input: otherwise its frame only names a snapshot. */
  readonly happened: boolean;
  /** Rows of its input that were refused; undefined: none. */
  readonly refused: readonly RefusedRows[] | undefined;
}

/** The steps behind a run of own frames: the frames of one step share their ranges and count as one. */
export function recordedSteps(frames: ReadonlyArray<{ seq: number; head: FrameHead }>): RecordedStep[] {
  const steps: RecordedStep[] = [];
  for (const { seq, head } of frames) {
    const complete = !head.row || head.row.done === head.row.all;
    const continues = head.row !== undefined && steps.at(-1)?.complete === false;
    const happened = head.sections.length > 0 || head.inputs.some((range) => range.last >= range.first);
    const step = { through: head.inputs.map((range) => range.last), seq, complete, happened, refused: head.refused };
    if (continues) steps[steps.length - 1] = step;
    else steps.push(step);
  }
  return steps;
}

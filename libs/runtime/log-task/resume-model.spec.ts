/** Recovery as a whole, in a model of a task: stopped anywhere, it writes the same log. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FrameHead, hashHead } from '#frame/head';
import type { Position, StreamFacts } from '#frame/lineage';
import { decideResume, recordedSteps, type SnapshotFacts } from './resume.js';

fc.configureGlobal({ seed: 7 });

interface Frame {
  readonly seq: number;
  readonly head: FrameHead;
  readonly hash: string;
  readonly payload: string;
}

interface Setup {
  readonly stateful: boolean;
  readonly inputs: readonly StreamFacts[];
  /** A step gives a frame for every so many rows. */
  readonly frameRows: number;
  readonly batchFrames: number;
  readonly snapshotEvery: number;
}

interface Saved {
  readonly facts: SnapshotFacts;
  readonly state: number;
}

/** The loop of a task between logs in memory. What it takes next depends on its positions alone, so runs can be compared. */
class Task {
  state = 0;
  readonly positions: Position[];

  constructor(
    private readonly setup: Setup,
    readonly log: Frame[],
    private readonly bucket: Map<number, Saved>,
    from: readonly Position[],
  ) {
    this.positions = [...from];
  }

  /** Where the next batch ends in each input; undefined when all is read. */
  next(): number[] | undefined {
    const { inputs, batchFrames } = this.setup;
    const through = this.positions.map(({ seq }, i) =>
      Math.min(inputs[i]!.lastSeq, seq + ((seq + i) % (batchFrames + 1))),
    );
    const behind = this.positions.findIndex(({ seq }, i) => seq < inputs[i]!.lastSeq);
    if (behind < 0) return undefined;
    if (through.every((seq, i) => seq === this.positions[i]!.seq)) through[behind]!++;
    return through;
  }

  /** The step over everything up to `through`: its rows, and the state it leaves. */
  step(through: readonly number[]): { rows: string[]; before: number } {
    const rows: string[] = [];
    for (const [i, position] of this.positions.entries()) {
      for (let seq = position.seq + 1; seq <= through[i]!; seq++)
        for (let row = 0; row < (seq * 7 + i) % 5; row++) rows.push(`${i}.${seq}.${row}`);
      this.positions[i] = { ...position, seq: through[i]!, hash: `${position.stream}#${through[i]!}` };
    }
    const before = this.state;
    if (this.setup.stateful) this.state = (before * 31 + rows.length + 1) % 1_000_003;
    return { rows, before };
  }

  finish(through: readonly number[], rowsDone: number): void {
    const firsts = this.positions.map(({ seq }) => seq + 1);
    const { rows, before } = this.step(through);
    const all = Math.max(1, rows.length);
    for (let done = rowsDone; done < all; ) {
      const from = done;
      done = Math.min(all, done + this.setup.frameRows);
      const split = all > this.setup.frameRows;
      this.#append(
        {
          inputs: this.positions.map(({ stream, created, hash, seq }, i) => ({
            stream,
            created,
            hash,
            first: firsts[i]!,
            last: seq,
          })),
          ...(split && { row: { done, all } }),
          watermarkMs: null,
          idle: false,
          logic: 'v',
          sections: [],
        },
        `${before}|${rows.slice(from, done).join()}`,
      );
    }
  }

  #append(head: Omit<FrameHead, 'prev'>, payload: string): void {
    const seq = this.log.length + 1;
    const newest = Math.max(0, ...[...this.bucket.keys()].filter((at) => at < seq - 1));
    const full: FrameHead = {
      ...head,
      prev: this.log.at(-1)?.hash ?? '',
      ...(newest > 0 && { state: { object: 'o', at: newest } }),
    };
    const frame = { seq, head: full, hash: hashHead(full), payload };
    this.log.push(frame);
    const complete = !head.row || head.row.done === head.row.all;
    if (this.setup.stateful && complete && seq % this.setup.snapshotEvery === 0) {
      this.bucket.set(seq, {
        facts: { at: seq, atHash: frame.hash, positions: [...this.positions] },
        state: this.state,
      });
    }
  }
}

/** What the trimmers may have deleted by the time the log ends with `last`: everything that recovery does not need. */
function trimmed(
  setup: Setup,
  log: readonly Frame[],
  snapshot: SnapshotFacts | undefined,
): { inputs: StreamFacts[]; ownFirst: number } {
  const complete = log.findLast(({ head }) => !head.row || head.row.done === head.row.all);
  const safe = setup.stateful
    ? snapshot?.positions.map(({ seq }) => seq)
    : complete?.head.inputs.map(({ last }) => last);
  return {
    inputs: setup.inputs.map((facts, i) => ({ ...facts, firstSeq: Math.max(facts.firstSeq, (safe?.[i] ?? 0) + 1) })),
    ownFirst: Math.min(log.length, (setup.stateful ? (snapshot?.at ?? 0) : log.length) + 1),
  };
}

/** Opens the task on a log and runs it to the end, as LogTask does. */
function run(setup: Setup, log: Frame[], bucket: Map<number, Saved>): Task {
  const last = log.at(-1);
  const saved = last?.head.state && bucket.get(last.head.state.at);
  const { inputs, ownFirst } = trimmed(setup, log, saved?.facts);
  const resume = decideResume({
    inputs,
    first: log[ownFirst - 1]?.head,
    last,
    snapshot: saved?.facts,
    stateful: setup.stateful,
  });
  if (resume.kind === 'halt') throw new Error(resume.reason);
  const task = new Task(setup, log, bucket, resume.from);
  task.state = saved?.state ?? 0;
  const own = resume.replayAfter ? log.filter(({ seq }) => seq > resume.replayAfter!.seq && seq >= ownFirst) : [];
  if (own[0] && resume.replayAfter?.hash !== undefined) expect(own[0].head.prev).toBe(resume.replayAfter.hash);
  let open: readonly number[] | undefined;
  for (const { through, complete } of recordedSteps(own)) {
    if (complete) task.step(through);
    else open = through;
  }
  if (!resume.replayAfter && resume.cut) open = last!.head.inputs.map((range) => range.last);
  if (open) task.finish(open, resume.cut!.done);
  for (let through = task.next(); through; through = task.next()) task.finish(through, 0);
  return task;
}

const anySetup: fc.Arbitrary<Setup> = fc.record({
  stateful: fc.boolean(),
  inputs: fc
    .array(fc.record({ firstSeq: fc.integer({ min: 1, max: 9 }), frames: fc.integer({ min: 0, max: 14 }) }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((inputs) =>
      inputs.map(
        ({ firstSeq, frames }, i): StreamFacts => ({
          stream: `in${i}`,
          created: `c${i}`,
          firstSeq,
          lastSeq: firstSeq + frames - 1,
        }),
      ),
    ),
  frameRows: fc.integer({ min: 1, max: 6 }),
  batchFrames: fc.integer({ min: 1, max: 4 }),
  snapshotEvery: fc.integer({ min: 2, max: 12 }),
});

describe('a task', () => {
  test('stopped behind any frame writes the same log, from trimmed inputs, with and without snapshots', () => {
    fc.assert(
      fc.property(anySetup, (setup) => {
        const bucket = new Map<number, Saved>();
        const whole = run(setup, [], bucket).log;
        for (let length = 0; length <= whole.length; length++) {
          const known = new Map([...bucket].filter(([at]) => at <= length));
          expect(run(setup, whole.slice(0, length), known).log).toEqual(whole);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('stopped again and again writes the same log', () => {
    fc.assert(
      fc.property(anySetup, fc.array(fc.nat(), { maxLength: 6 }), (setup, stops) => {
        const whole = run(setup, [], new Map()).log;
        let log: Frame[] = [];
        const bucket = new Map<number, Saved>();
        for (const stop of stops) {
          log = run(setup, log, bucket).log.slice(0, log.length + (stop % 4));
          for (const at of bucket.keys()) if (at > log.length) bucket.delete(at);
        }
        expect(run(setup, log, bucket).log).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });
});

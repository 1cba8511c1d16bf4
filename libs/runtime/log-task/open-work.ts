/** Reads where a task between two logs stands, and what it must know to go on there. */
import { HaltError } from '#nats/ground/halt-error';
import { frameAt } from '#nats/streams/last-frame';
import type { Waits } from '../ground/waits.js';
import { haltIfBegun } from '../logs/begun-before.js';
import { isMoreBehind, placeOf } from '../logs/frame-batch.js';
import { InputOrder } from '../logs/input-order.js';
import { LogInputs } from '../logs/log-inputs.js';
import { type OpenOutput, openLog } from '../logs/open-log.js';
import { inherit } from './inheritance.js';
import type { LogWork } from './log-session.js';
import type { LogTools } from './log-tools.js';
import { decideResume, type Resume } from './resume.js';
import { loadSnapshot, Snapshotter } from './snapshots.js';

export interface OpenedWork {
  readonly work: LogWork;
  readonly resume: Extract<Resume, { kind: 'resume' }>;
  /** The log is empty, and goes on from those of a generation before. */
  readonly begins: boolean;
}

/** @throws HaltError when the task cannot go on without losing or repeating something */
export async function openWork(
  { context, spec, stateful, care, meter }: LogTools,
  { facts, last, writer }: OpenOutput,
  stop: AbortSignal,
  waits: Waits,
): Promise<OpenedWork> {
  const { nats, config } = context;
  const pointer = last?.head.state;
  const snapshot = pointer && (await loadSnapshot(context, pointer));
  if (pointer && !snapshot)
    throw new HaltError(`${spec.name}: its state snapshot ${pointer.object} is missing from the objects bucket`);
  const inputs = await Promise.all(spec.inputs.map((log) => openLog(context, log)));
  if (!last) await haltIfBegun(context.board, spec.name, facts, inputs);
  const first = stateful && last && !snapshot ? await frameAt(nats, facts.stream, facts.firstSeq) : undefined;
  const resume = decideResume({ inputs, first: first?.head, last, snapshot: snapshot?.facts, stateful });
  if (resume.kind === 'halt') throw new HaltError(resume.reason);
  const inherited = snapshot ? undefined : await inherit(context, spec, stop, waits);
  await care?.begin(
    placeOf(last?.head.inputs.map((range) => ({ seq: range.last })) ?? resume.from),
    last?.head.more === true || isMoreBehind(resume.from, inputs),
  );
  const order = await InputOrder.of(context, spec.inputs, inputs, resume.from);
  const work: LogWork = {
    inputs: new LogInputs(nats, resume.from, config.batchBytesMax, { onTaken: meter.taken, waits, order }),
    writer,
    snapshots: new Snapshotter(context, spec.name, pointer, snapshot?.facts, waits),
    state: undefined,
    saved: snapshot?.parts ?? inherited?.saved,
    watermarkMs: last ? last.head.watermarkMs : (inherited?.watermarkMs ?? null),
    more: last?.head.more ?? false,
    stepped: false,
    stepMs: 0,
    unstoredMs: [],
    failure: undefined,
    closed: false,
  };
  return { work, resume, begins: inherited !== undefined && !last };
}

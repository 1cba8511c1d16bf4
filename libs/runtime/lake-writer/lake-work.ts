/** What a session of a lake task works with: its table, its logs, and what it has taken since the last commit. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Position } from '#frame/lineage';
import type { Section } from '#frame/sections';
import type { InputFrame } from '#frame/step';
import type { LakeTable } from '#lake/table/lake-table';
import type { LogInputs } from '../logs/log-inputs.js';
import type { FramePlace, TableRefusals } from './table-refusals.js';

export interface LakeWork {
  readonly table: LakeTable;
  /** Columns of the table, derived partition columns included. */
  readonly columns: readonly ColumnSpec[];
  readonly inputs: LogInputs;
  /** Undefined where every row of the logs fits into the table. */
  readonly refusals: TableRefusals | undefined;
  /** Delta appId of each input. */
  readonly txns: readonly string[];
  /** Version of each input's txn that our rows continue; -1 = no txn yet. */
  previous: number[];
  committed: readonly Position[];
  idle: boolean[];
  sections: Section[];
  /** Of the frame of each section. */
  places: FramePlace[];
  rows: number;
  bytes: number;
  /** Bytes of all frames taken since the last commit, by input: empty ones, and those of which the table takes nothing, too. */
  taken: number[];
  /** When the oldest waiting row came, epoch ms. */
  sinceMs: number;
  /** When the server stored the oldest frame with waiting rows, epoch ms. */
  oldestMs: number | undefined;
  committedMs: number;
  logic: string | undefined;
}

/** What a session works with from its start to its end. */
type Opened = Pick<LakeWork, 'table' | 'columns' | 'txns' | 'refusals' | 'inputs'>;

export function beginWork(opened: Opened, positions: readonly Position[], nowMs: number): LakeWork {
  const previous = opened.txns.map((id) => opened.table.txns.get(id) ?? -1);
  return { ...opened, previous, idle: positions.map(() => true), logic: undefined, ...nothingTaken(positions, nowMs) };
}

/** All that was taken is committed. */
export function nothingTaken(
  committed: readonly Position[],
  committedMs: number,
): Pick<
  LakeWork,
  'committed' | 'committedMs' | 'sections' | 'places' | 'rows' | 'bytes' | 'taken' | 'oldestMs' | 'sinceMs'
> {
  return {
    committed,
    committedMs,
    sections: [],
    places: [],
    rows: 0,
    bytes: 0,
    taken: committed.map(() => 0),
    oldestMs: undefined,
    sinceMs: 0,
  };
}

/** A small section of a large message would keep all of the message in memory until the commit. */
export function apart(section: Section): Section {
  const { data } = section;
  return data.byteLength * 2 < data.buffer.byteLength ? { ...section, data: data.slice() } : section;
}

/** Whether it has read on since the last commit. */
export function moved(session: LakeWork): boolean {
  return session.inputs.positions.some((position, i) => position.seq > session.committed[i]!.seq);
}

/** The positions before `frames` were taken. */
export function previousPositions(positions: readonly Position[], frames: readonly InputFrame[]): Position[] {
  return positions.map((position, input) => {
    const first = frames.find((frame) => frame.input === input);
    return first ? { ...position, seq: first.seq - 1, hash: undefined } : position;
  });
}

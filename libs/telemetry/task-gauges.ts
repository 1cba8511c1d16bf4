/** Gauges that show each task as it is at the scrape: tasks that have left the process leave no series behind. */
import { Gauge, type Registry } from 'prom-client';
import { type MetricSpec, metricSpecs } from './metric-specs.js';

/** What a task reports at a scrape. */
export interface TaskReading {
  readonly task: string;
  readonly state: string;
  /** What it waits for, and how long it has. */
  readonly waiting?: { readonly for: string; readonly seconds: number };
  readonly idle: boolean;
  /** Its input is rehearsed; absent: it is not. */
  readonly suspect?: boolean;
  /** Epoch ms. */
  readonly watermarkMs: number | null;
  readonly lag: LagReading;
  /** Streams the task writes or trims, with the used share of their sizes. */
  readonly streams: readonly StreamFill[];
  /** Of a task that must remember what it saw. */
  readonly remembered?: Remembered;
  /** Of a lake task. */
  readonly table?: TableReading;
}

export interface LagReading {
  readonly messages: number;
  readonly events: number;
  readonly seconds: number;
}

export interface StreamFill {
  readonly stream: string;
  /** 0 to 1. */
  readonly ratio: number;
}

/** What a task remembers by contract: event ids, or keys of windows. */
export interface Remembered {
  readonly entries: number;
  readonly bytes: number;
}

export interface TableReading {
  readonly name: string;
  readonly uncommittedRows: number;
  /** Epoch ms. */
  readonly committedMs: number;
}

/** Values of the metric's labels, in their order, and the number. */
type Sample = readonly [...labels: string[], value: number];
type Samples = (reading: TaskReading) => readonly Sample[];

const perTask =
  (value: (reading: TaskReading) => number): Samples =>
  (reading) => [[reading.task, value(reading)]];
const perTable =
  (value: (table: TableReading) => number): Samples =>
  ({ table }) =>
    table ? [[table.name, value(table)]] : [];

const perMemory =
  (value: (remembered: Remembered) => number): Samples =>
  ({ task, remembered }) =>
    remembered ? [[task, value(remembered)]] : [];

const gauges: ReadonlyArray<readonly [MetricSpec, Samples]> = [
  [metricSpecs.lagMessages, perTask(({ lag }) => lag.messages)],
  [metricSpecs.lagEvents, perTask(({ lag }) => lag.events)],
  [metricSpecs.lagSeconds, perTask(({ lag }) => lag.seconds)],
  [metricSpecs.halted, perTask(({ state }) => Number(state === 'halted'))],
  [metricSpecs.suspect, perTask(({ suspect = false }) => Number(suspect))],
  [metricSpecs.running, perTask(({ state }) => Number(state === 'running'))],
  [metricSpecs.waiting, ({ task, waiting }) => (waiting ? [[task, waiting.for, waiting.seconds]] : [])],
  [metricSpecs.idle, perTask(({ idle }) => Number(idle))],
  [metricSpecs.watermark, ({ task, watermarkMs }) => (watermarkMs === null ? [] : [[task, watermarkMs / 1000]])],
  [metricSpecs.rememberedEntries, perMemory(({ entries }) => entries)],
  [metricSpecs.rememberedBytes, perMemory(({ bytes }) => bytes)],
  [metricSpecs.uncommittedRows, perTable(({ uncommittedRows }) => uncommittedRows)],
  [metricSpecs.lastCommit, perTable(({ committedMs }) => committedMs / 1000)],
  [metricSpecs.streamFill, ({ streams }) => streams.map(({ stream, ratio }) => [stream, ratio])],
];

/** @param readings the tasks of this process at the moment */
export function registerTaskGauges(registry: Registry, readings: () => readonly TaskReading[]): void {
  for (const [{ name, help, labels }, samples] of gauges) {
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        this.reset();
        for (const reading of readings())
          for (const sample of samples(reading))
            this.set(Object.fromEntries(labels.map((label, i) => [label, sample[i]!])), sample.at(-1) as number);
      },
    });
  }
}

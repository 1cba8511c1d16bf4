/** Gauges that show each task as it is at the scrape: tasks that have left the process leave no series behind. */
import { Gauge, type Registry } from 'prom-client';
import { metricSpecs, type MetricSpec } from './metric-specs.js';

/** What a task reports at a scrape. */
export interface TaskReading {
  readonly task: string;
  readonly state: string;
  readonly idle: boolean;
  /** Epoch ms. */
  readonly watermarkMs: number | null;
  readonly lag: LagReading;
  /** Streams the task writes or trims, with the used share of their sizes. */
  readonly streams: readonly StreamFill[];
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

export interface TableReading {
  readonly name: string;
  readonly uncommittedRows: number;
  /** Epoch ms. */
  readonly committedMs: number;
}

type Sample = readonly [label: string, value: number];
type Samples = (reading: TaskReading) => readonly Sample[];

const perTask = (value: (reading: TaskReading) => number): Samples => (reading) => [[reading.task, value(reading)]];
const perTable = (value: (table: TableReading) => number): Samples => ({ table }) => (table ? [[table.name, value(table)]] : []);

const gauges: ReadonlyArray<readonly [MetricSpec, Samples]> = [
  [metricSpecs.lagMessages, perTask(({ lag }) => lag.messages)],
  [metricSpecs.lagEvents, perTask(({ lag }) => lag.events)],
  [metricSpecs.lagSeconds, perTask(({ lag }) => lag.seconds)],
  [metricSpecs.halted, perTask(({ state }) => Number(state === 'halted'))],
  [metricSpecs.running, perTask(({ state }) => Number(state === 'running'))],
  [metricSpecs.idle, perTask(({ idle }) => Number(idle))],
  [metricSpecs.watermark, ({ task, watermarkMs }) => (watermarkMs === null ? [] : [[task, watermarkMs / 1000]])],
  [metricSpecs.uncommittedRows, perTable(({ uncommittedRows }) => uncommittedRows)],
  [metricSpecs.lastCommit, perTable(({ committedMs }) => committedMs / 1000)],
  [metricSpecs.streamFill, ({ streams }) => streams.map(({ stream, ratio }) => [stream, ratio])],
];

/** @param readings the tasks of this process at the moment */
export function registerTaskGauges(registry: Registry, readings: () => readonly TaskReading[]): void {
  for (const [{ name, help, labels }, samples] of gauges) {
    const [label = 'task'] = labels;
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const reading of readings()) for (const [value, number] of samples(reading)) this.set({ [label]: value }, number);
      },
    });
  }
}

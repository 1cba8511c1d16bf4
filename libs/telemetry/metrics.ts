/** Prometheus metrics of a service: few labels, bounded by the pipeline file. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a task reports at a scrape. */
export interface TaskReading {
  readonly task: string;
  readonly state: string;
  /** Frames (front messages for ingest) that wait. */
  readonly waiting: number;
  readonly watermarkMs: number | null;
}

/** Rows of a step by section, as frames carry them. */
export interface StepReading {
  readonly task: string;
  readonly frames: number;
  readonly seconds: number;
  readonly rows: ReadonlyArray<readonly [section: string, rows: number]>;
  readonly duplicates: number;
}

const STEP_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const COMMIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export class Metrics {
  readonly registry = new Registry();
  readonly #ingested = this.#counter('afluente_ingested_events_total', 'Events laid into raw frames', ['source']);
  readonly #frames = this.#counter('afluente_frames_total', 'Frames a task has taken', ['task']);
  readonly #rows = this.#counter('afluente_rows_total', 'Rows a task has put out, by section', ['task', 'section']);
  readonly #duplicates = this.#counter('afluente_duplicates_total', 'Events dropped because their id was seen before', ['task']);
  readonly #refused = this.#counter('afluente_refused_frames_total', 'Frames whose rows went to quarantine because a step failed on them', ['task']);
  readonly #recoveries = this.#counter('afluente_recoveries_total', 'Times a task started again by reading its last frame', ['task']);
  readonly #committed = this.#counter('afluente_committed_rows_total', 'Rows committed to a table', ['table']);
  readonly #commits = this.#counter('afluente_commits_total', 'Commits to a table', ['table']);
  readonly #stepSeconds = new Histogram({ name: 'afluente_step_seconds', help: 'Duration of a step', labelNames: ['task'], buckets: STEP_SECONDS, registers: [this.registry] });
  readonly #commitSeconds = new Histogram({ name: 'afluente_commit_seconds', help: 'Duration of a commit', labelNames: ['table'], buckets: COMMIT_SECONDS, registers: [this.registry] });

  constructor(service: string, readings: () => readonly TaskReading[]) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    this.#gauge('afluente_waiting', 'Frames (for ingest: messages) that wait for a task', readings, ({ waiting }) => waiting);
    this.#gauge('afluente_halted', '1 when a task stays down because going on would lose something', readings, ({ state }) => (state === 'halted' ? 1 : 0));
    this.#gauge('afluente_watermark_seconds', 'Watermark, seconds since the epoch', readings, ({ watermarkMs }) => (watermarkMs === null ? undefined : watermarkMs / 1000));
  }

  ingested(source: string, events: number): void {
    this.#ingested.inc({ source }, events);
  }

  stepped({ task, frames, seconds, rows, duplicates }: StepReading): void {
    this.#frames.inc({ task }, frames);
    this.#stepSeconds.observe({ task }, seconds);
    for (const [section, count] of rows) this.#rows.inc({ task, section }, count);
    if (duplicates > 0) this.#duplicates.inc({ task }, duplicates);
  }

  refused(task: string): void {
    this.#refused.inc({ task });
  }

  recovered(task: string): void {
    this.#recoveries.inc({ task });
  }

  committed(table: string, rows: number, seconds: number): void {
    this.#commits.inc({ table });
    this.#committed.inc({ table }, rows);
    this.#commitSeconds.observe({ table }, seconds);
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, readings: () => readonly TaskReading[], value: (reading: TaskReading) => number | undefined): void {
    new Gauge({
      name,
      help,
      labelNames: ['task'],
      registers: [this.registry],
      collect() {
        for (const reading of readings()) {
          const current = value(reading);
          if (current !== undefined) this.set({ task: reading.task }, current);
        }
      },
    });
  }
}

/** Prometheus metrics of a service: few labels, bounded by the pipeline file. */
import { totalmem } from 'node:os';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type MetricSpec, metricSpecs } from './metric-specs.js';
import { registerTaskGauges, type TaskReading } from './task-gauges.js';

/** A step as its task reports it. */
export interface StepReading {
  readonly task: string;
  readonly frames: number;
  readonly inputRows: number;
  readonly seconds: number;
  /** Rows by section, as frames carry them. */
  readonly rows: ReadonlyArray<readonly [section: string, rows: number]>;
}

/** What a commit added to its table. */
export interface CommitReading {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Why a frame or a commit was not stored. */
export type AppendFailure = 'conflict' | 'full' | 'unclear';

/** Labels that every metric of a process has besides `service`. */
export interface ProcessLabels {
  readonly pipeline?: string;
}

const failures: readonly AppendFailure[] = ['conflict', 'full', 'unclear'];
const storeOperations = ['get', 'put', 'put_if_absent', 'list', 'delete'] as const;
/** A request to the lake's store. */
export type StoreOperation = (typeof storeOperations)[number];

export class Metrics {
  readonly registry = new Registry();
  readonly #ingestedEvents = this.#counter(metricSpecs.ingestedEvents);
  readonly #ingestedBytes = this.#counter(metricSpecs.ingestedBytes);
  readonly #frames = this.#counter(metricSpecs.frames);
  readonly #inputRows = this.#counter(metricSpecs.inputRows);
  readonly #rows = this.#counter(metricSpecs.rows);
  readonly #quarantined = this.#counter(metricSpecs.quarantined);
  readonly #duplicates = this.#counter(metricSpecs.duplicates);
  readonly #ahead = this.#counter(metricSpecs.ahead);
  readonly #refusedFrames = this.#counter(metricSpecs.refusedFrames);
  readonly #deaths = this.#counter(metricSpecs.deaths);
  readonly #recoveries = this.#counter(metricSpecs.recoveries);
  readonly #redelivered = this.#counter(metricSpecs.redelivered);
  readonly #appendFailures = this.#counter(metricSpecs.appendFailures);
  readonly #snapshotFailures = this.#counter(metricSpecs.snapshotFailures);
  readonly #commits = this.#counter(metricSpecs.commits);
  readonly #committedRows = this.#counter(metricSpecs.committedRows);
  readonly #committedFiles = this.#counter(metricSpecs.committedFiles);
  readonly #committedBytes = this.#counter(metricSpecs.committedBytes);
  readonly #storeErrors = this.#counter(metricSpecs.storeErrors);
  readonly #natsDisconnects = this.#counter(metricSpecs.natsDisconnects);
  readonly #stepSeconds = this.#histogram(metricSpecs.stepSeconds);
  readonly #publishSeconds = this.#histogram(metricSpecs.publishSeconds);
  readonly #commitSeconds = this.#histogram(metricSpecs.commitSeconds);
  readonly #storeSeconds = this.#histogram(metricSpecs.storeSeconds);
  readonly #tasks = this.#gauge(metricSpecs.tasks);
  readonly #natsConnected = this.#gauge(metricSpecs.natsConnected);
  readonly #pipelineInfo = this.#gauge(metricSpecs.pipelineInfo);

  /** @param readings the tasks that the process runs, as they are when asked */
  constructor(service: string, readings: () => readonly TaskReading[], labels: ProcessLabels = {}) {
    this.registry.setDefaultLabels({ service, ...labels });
    collectDefaultMetrics({ register: this.registry });
    registerTaskGauges(this.registry, readings);
    this.#gauge(metricSpecs.memoryLimit).set(memoryLimitBytes());
  }

  /** Says what the process is. @param tasks how many tasks its service has in the pipeline */
  serves(tasks: number, version: string, logic: string): void {
    this.#tasks.set(tasks);
    this.#pipelineInfo.set({ version, logic }, 1);
  }

  /** A task runs here: its counters begin at 0, for Prometheus does not see the first increment of a series that was not there. */
  started(task: string): void {
    for (const counter of [this.#deaths, this.#recoveries, this.#redelivered]) counter.inc({ task }, 0);
    for (const reason of failures) this.#appendFailures.inc({ task, reason }, 0);
  }

  /** The task is one of steps. */
  startedSteps(task: string): void {
    for (const counter of [this.#frames, this.#inputRows, this.#refusedFrames, this.#snapshotFailures])
      counter.inc({ task }, 0);
  }

  /** The process may take events of a source. @param reasons for which it may send them to quarantine */
  servesSource(source: string, reasons: readonly string[]): void {
    for (const reason of reasons) this.#quarantined.inc({ source, reason }, 0);
  }

  /** The process may commit to a table. */
  servesTable(table: string): void {
    for (const counter of [this.#commits, this.#committedRows, this.#committedFiles, this.#committedBytes])
      counter.inc({ table }, 0);
    for (const operation of storeOperations) this.#storeErrors.inc({ operation }, 0);
  }

  ingested(source: string, events: number, bytes: number): void {
    this.#ingestedEvents.inc({ source }, events);
    this.#ingestedBytes.inc({ source }, bytes);
  }

  stepped({ task, frames, inputRows, seconds, rows }: StepReading): void {
    this.#frames.inc({ task }, frames);
    this.#inputRows.inc({ task }, inputRows);
    this.#stepSeconds.observe({ stage: stageOf(task) }, seconds);
    for (const [section, count] of rows) this.#rows.inc({ task, section }, count);
  }

  /** What a step did not let pass. @param quarantined events by reason */
  heldBack(source: string, duplicates: number, quarantined: Readonly<Record<string, number>>): void {
    this.#duplicates.inc({ source }, duplicates);
    for (const [reason, events] of Object.entries(quarantined)) this.#quarantined.inc({ source, reason }, events);
  }

  ahead(source: string, events: number): void {
    this.#ahead.inc({ source }, events);
  }

  refused(task: string): void {
    this.#refusedFrames.inc({ task });
  }

  /** The owner from whom a task was taken has died. */
  ownerDied(task: string): void {
    this.#deaths.inc({ task });
  }

  recovered(task: string): void {
    this.#recoveries.inc({ task });
  }

  redelivered(task: string): void {
    this.#redelivered.inc({ task });
  }

  /** A frame was stored so long after it was sent. */
  published(task: string, seconds: number): void {
    this.#publishSeconds.observe({ stage: stageOf(task) }, seconds);
  }

  notAppended(task: string, reason: AppendFailure): void {
    this.#appendFailures.inc({ task, reason });
  }

  snapshotFailed(task: string): void {
    this.#snapshotFailures.inc({ task });
  }

  committed(table: string, { rows, files, bytes, seconds }: CommitReading): void {
    this.#commits.inc({ table });
    this.#committedRows.inc({ table }, rows);
    this.#committedFiles.inc({ table }, files);
    this.#committedBytes.inc({ table }, bytes);
    this.#commitSeconds.observe({ table }, seconds);
  }

  /** A request to the lake's store has ended. */
  asked(operation: StoreOperation, seconds: number, failed: boolean): void {
    this.#storeSeconds.observe({ operation }, seconds);
    if (failed) this.#storeErrors.inc({ operation });
  }

  connected(connected: boolean): void {
    this.#natsConnected.set(Number(connected));
    if (!connected) this.#natsDisconnects.inc();
  }

  #counter<Label extends string>({ name, help, labels }: MetricSpec<Label>): Counter<Label> {
    return new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  #gauge<Label extends string>({ name, help, labels }: MetricSpec<Label>): Gauge<Label> {
    return new Gauge({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  #histogram<Label extends string>({ name, help, labels, buckets = [] }: MetricSpec<Label>): Histogram<Label> {
    return new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [this.registry] });
  }
}

/** Node gives 0, or a figure beyond all machines, where there is no limit. */
function memoryLimitBytes(): number {
  return Math.min(process.constrainedMemory() || Infinity, totalmem());
}

/** A task without its partition: `validate.orders.3` is of stage `validate.orders`. Histograms of each partition would be many series. */
function stageOf(task: string): string {
  return task.replace(/\.\d+$/, '');
}

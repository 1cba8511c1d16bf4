/** Measures what must not grow: memory and handles of workers that live through the whole run, and what NATS keeps. */
import { readdirSync, readFileSync } from 'node:fs';
import type { StreamInfo } from '@nats-io/jetstream';
import type { NatsClient } from '#nats/ground/nats';
import type { Worker } from '../world/worker.js';
import type { Reading } from './growth.js';

const mib = 1024 * 1024;
const buckets = ['tasks', 'objects', 'leases', 'members'] as const;

export class Sampler {
  /** Readings by what was measured, e.g. `validate-0 MiB`. */
  readonly series = new Map<string, Reading[]>();
  readonly #startedMs = performance.now();

  constructor(
    private readonly workers: readonly Worker[],
    private readonly admin: NatsClient,
  ) {}

  /** Takes one reading of everything. NATS may be down, as a fault wants it: then there is none of it. */
  async sample(): Promise<void> {
    const seconds = Math.round((performance.now() - this.#startedMs) / 1000);
    for (const { name, pid } of this.workers) {
      if (pid === undefined) continue;
      this.#add(`${name} MiB`, seconds, residentMebibytes(pid));
      this.#add(`${name} handles`, seconds, readdirSync(`/proc/${pid}/fd`).length);
    }
    const streams = await this.#streams().catch(() => undefined);
    if (streams) this.#addStreams(seconds, streams);
  }

  async #streams(): Promise<StreamInfo[]> {
    const streams: StreamInfo[] = [];
    for await (const info of this.admin.jsm.streams.list()) streams.push(info);
    return streams;
  }

  #addStreams(seconds: number, streams: readonly StreamInfo[]): void {
    for (const bucket of buckets) {
      const found = streams.find(({ config }) => config.name.startsWith('KV_') && config.name.endsWith(`_${bucket}`));
      if (!found) continue;
      this.#add(`bucket ${bucket} entries`, seconds, found.state.messages);
      this.#add(`bucket ${bucket} MiB`, seconds, found.state.bytes / mib);
    }
    const logs = streams.filter(({ config }) => config.name.startsWith('afl_'));
    this.#add(
      'logs frames',
      seconds,
      logs.reduce((sum, { state }) => sum + state.messages, 0),
    );
    this.#add('logs MiB', seconds, logs.reduce((sum, { state }) => sum + state.bytes, 0) / mib);
    this.#add('streams', seconds, streams.length);
    this.#add(
      'consumers',
      seconds,
      streams.reduce((sum, { state }) => sum + state.consumer_count, 0),
    );
  }

  #add(what: string, seconds: number, value: number): void {
    const readings = this.series.get(what) ?? [];
    this.series.set(what, readings);
    readings.push({ seconds, value });
  }
}

function residentMebibytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(found ?? 0) / 1024;
}

/**
 * Latency from publish to result, measured at the logs: an event has arrived at `_arrived_at` (server clock), a frame was stored at
 * its message's time (server clock). `silverReady`: event → enriched frame. `results`: last event that a frame with results
 * was computed from → that frame.
 */
import { readDataFrame, writeDataFrame } from '#columns/polars/data-frames';
import { runSql } from '#columns/polars/sql';
import { Int64Column } from '#columns/read/column-view';
import { readColumns } from '#columns/read/read-columns';
import { decodeHead } from '#frame/head';
import { streamOf } from '#frame/log-name';
import { splitSections } from '#frame/sections';
import type { Nats } from '#nats/ground/nats';
import { StreamReader } from '#nats/messages/stream-reader';
import { enrich } from '#stages/kinds/enrich';
import { window } from '#stages/kinds/window';
import { logTasksOf, type Topology } from '#stages/topology/topology';

export interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly samples: number;
}

export class LatencyWatch {
  readonly #enriched: number[] = [];
  readonly #results: number[] = [];
  /** Arrival of the newest event per enriched frame, `stream:seq`. */
  readonly #newest = new Map<string, number>();
  readonly #readers: StreamReader[];

  constructor(nats: Nats, topology: Topology) {
    const enriched = logTasksOf(topology, enrich).map(({ output }) => streamOf(output));
    const results = logTasksOf(topology, window).map(({ output }) => streamOf(output));
    this.#readers = [
      ...enriched.map((stream) =>
        this.#read(nats, stream, (seq, storedMs, section) =>
          this.#enrichedFrame(`${stream}:${seq}`, storedMs, section),
        ),
      ),
      ...results.map((stream) =>
        this.#read(nats, stream, (_, storedMs, __, inputs) => this.#resultFrame(storedMs, inputs)),
      ),
    ];
  }

  read(): { silverReady: Percentiles; results: Percentiles } {
    for (const reader of this.#readers) reader.close();
    return { silverReady: percentiles(this.#enriched), results: percentiles(this.#results) };
  }

  #read(
    nats: Nats,
    stream: string,
    onFrame: (seq: number, storedMs: number, ok: Uint8Array, inputs: string[]) => void,
  ): StreamReader {
    return new StreamReader(
      nats,
      { stream, startSeq: 1, batchMessages: 100, batchBytes: 4 * 1024 * 1024 },
      {
        hasRoom: () => true,
        onError: () => undefined,
        onFailure: (error) => {
          throw error;
        },
        onMessage: (message, { seq, timeNs }) => {
          const head = decodeHead((name) => message.headers?.values(name) ?? []);
          const sections = head && splitSections(head.sections, message.data);
          const rows = sections?.find((s) => (s.name === 'ok' || s.name === 'results') && s.rows > 0);
          if (head && rows)
            onFrame(
              seq,
              Number(timeNs.slice(0, -3)) / 1000,
              rows.data,
              head.inputs.map((input) => `${input.stream}:${input.last}`),
            );
        },
      },
    );
  }

  #enrichedFrame(frame: string, storedMs: number, section: Uint8Array): void {
    const rows = runSql('SELECT "_arrived_at" FROM rows', { rows: readDataFrame(section) });
    const columns = readColumns(writeDataFrame(rows, 'uncompressed'));
    const arrived = columns.column('_arrived_at', Int64Column);
    let newestMs = 0;
    for (let row = 0; row < columns.rows; row++) {
      const arrivedMs = arrived.number(row) / 1000;
      newestMs = Math.max(newestMs, arrivedMs);
      this.#enriched.push(storedMs - arrivedMs);
    }
    this.#newest.set(frame, newestMs);
  }

  #resultFrame(storedMs: number, inputs: readonly string[]): void {
    for (const input of inputs) {
      const newestMs = this.#newest.get(input);
      if (newestMs !== undefined) this.#results.push(storedMs - newestMs);
    }
  }
}

function percentiles(values: number[]): Percentiles {
  values.sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0) * 10) / 10;
  return { p50Ms: at(0.5), p99Ms: at(0.99), samples: values.length };
}

/** The figures of a benchmark and their ratios. */

import type { Usage } from '../processes/usage.js';
import type { AfluenteResult } from './afluente-run.js';
import type { ReferenceResult } from './references.js';

export interface Measured {
  readonly pipeline: string;
  readonly mode: string;
  readonly afluente: AfluenteResult;
  readonly physical: ReferenceResult | undefined;
  readonly ordinary: ReferenceResult | undefined;
  readonly paced: AfluenteResult | undefined;
  /** Orders with a customer and items. */
  readonly nested: AfluenteResult | undefined;
}

const serviceNames = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'];

export function summary({ pipeline, mode, afluente, physical, ordinary, paced, nested }: Measured) {
  const services = cpu(afluente, serviceNames);
  return {
    pipeline,
    mode,
    events: afluente.events,
    seconds: round(afluente.seconds),
    publishedAfterSeconds: round(afluente.producerSeconds),
    eventsPerSecond: Math.round(afluente.events / afluente.seconds),
    cpuMicrosPerEvent: perProcess(afluente, (usage) => round((usage.cpuSeconds * 1e6) / afluente.events)),
    servicesCpuMicrosPerEvent: round(services),
    peakMiB: perProcess(afluente, (usage) => Math.round(usage.peakBytes / 1024 ** 2)),
    ...(nested && {
      nested: {
        events: nested.events,
        eventsPerSecond: Math.round(nested.events / nested.seconds),
        cpuMicrosPerEvent: perProcess(nested, (usage) => round((usage.cpuSeconds * 1e6) / nested.events)),
        servicesCpuMicrosPerEvent: round(cpu(nested, serviceNames)),
      },
    }),
    ...(paced?.latency && { latencyMs: paced.latency }),
    ...(physical && {
      physical: {
        eventsPerSecond: Math.round(physical.events / physical.seconds),
        cpuMicrosPerEvent: perProcess(physical, (usage) => round((usage.cpuSeconds * 1e6) / physical.events)),
      },
      servicesCpuToPhysical: round(services / cpu(physical, ['nats-server', 'consumer'])),
      servicesCpuToPhysicalWithProducer: round(services / cpu(physical, ['nats-server', 'consumer', 'producer'])),
    }),
    ...(ordinary && {
      ordinary: {
        eventsPerSecond: Math.round(ordinary.events / ordinary.seconds),
        cpuMicrosPerEvent: perProcess(ordinary, (usage) => round((usage.cpuSeconds * 1e6) / ordinary.events)),
      },
      throughputToOrdinary: round(afluente.events / afluente.seconds / (ordinary.events / ordinary.seconds)),
      ordinaryCpuToServices: round(cpu(ordinary, ['validate', 'enrich']) / services),
    }),
  };
}

export type Summary = ReturnType<typeof summary>;

export function render(result: Summary): string {
  const lines = [
    `${result.pipeline}, ${result.mode}-event messages: ${result.events} events in ${result.seconds} s = ${result.eventsPerSecond} events/s, first publish to last committed silver row (all published after ${result.publishedAfterSeconds} s)`,
    `CPU µs per event: ${entries(result.cpuMicrosPerEvent)}; five services together ${result.servicesCpuMicrosPerEvent}`,
    `peak memory MiB: ${entries(result.peakMiB)}`,
  ];
  if (result.latencyMs) {
    const { silverReady, results } = result.latencyMs;
    lines.push(
      `latency ms: publish → enriched p50 ${silverReady.p50Ms}, p99 ${silverReady.p99Ms}; publish → results p50 ${results.p50Ms}, p99 ${results.p99Ms}`,
    );
  }
  if (result.nested)
    lines.push(
      `nested events (an order with a customer and two items, which become rows of a table): ${result.nested.events} events, ${result.nested.eventsPerSecond} events/s, CPU µs per event: ${entries(result.nested.cpuMicrosPerEvent)}; five services together ${result.nested.servicesCpuMicrosPerEvent}`,
    );
  if (result.physical)
    lines.push(
      `physical reference (store, consume once, no work): ${result.physical.eventsPerSecond} events/s, CPU µs per event: ${entries(result.physical.cpuMicrosPerEvent)}`,
    );
  if (result.ordinary)
    lines.push(
      `ordinary reference (one message at a time, validate and enrich only): ${result.ordinary.eventsPerSecond} events/s, CPU µs per event: ${entries(result.ordinary.cpuMicrosPerEvent)}`,
    );
  if (result.throughputToOrdinary !== undefined)
    lines.push(`throughput: ${result.throughputToOrdinary} times the ordinary way`);
  if (result.servicesCpuToPhysical !== undefined)
    lines.push(
      `CPU of the five services: ${result.servicesCpuToPhysical} times the physical reference (server and consumer; ${result.servicesCpuToPhysicalWithProducer} times with its producer)`,
    );
  return `${lines.join('\n')}\n`;
}

/** CPU µs per event of the named processes together. */
function cpu({ usage, events }: Pick<ReferenceResult, 'usage' | 'events'>, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + ((usage.get(name)?.cpuSeconds ?? 0) * 1e6) / events, 0);
}

function perProcess(
  { usage }: Pick<ReferenceResult, 'usage'>,
  figure: (usage: Usage) => number,
): Record<string, number> {
  return Object.fromEntries([...usage].map(([name, used]) => [name, figure(used)]));
}

function entries(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

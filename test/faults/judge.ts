/** The verdict of a run: one flat object, as it is printed and saved. Pure. */
import { type Findings, findingKinds, isClean } from './check/findings.js';
import type { FaultOptions } from './options.js';
import type { FaultCounts } from './run-faults.js';
import type { Stopped } from './world/worker.js';

export interface Judged {
  readonly options: FaultOptions;
  /** Of the nats-server that ran, e.g. 2.9.10. */
  readonly natsVersion: string;
  readonly counts: FaultCounts;
  /** How the producer's events ended; undefined when the run broke before. */
  readonly events: { readonly accepted: number; readonly unknown: number; readonly refused: number } | undefined;
  /** Undefined when the check could not be made. */
  readonly findings: Findings | undefined;
  /** How the workers ended on SIGTERM at the end. */
  readonly stops: readonly Stopped[];
  /** Deaths of workers that nobody ordered: at a start without servers they are in order, else look at the history. */
  readonly ownDeaths: number;
  /** What went wrong after the faults. */
  readonly failure: string | undefined;
  readonly seconds: number;
}

export const stopMsMax = 5_000;

export type Verdict = Readonly<Record<string, unknown>> & {
  readonly verdict: 'pass' | 'fail' | 'detected' | 'undetected';
};

/** A control succeeds when it is found out. */
export const succeeded = ({ verdict }: Verdict): boolean => verdict === 'pass' || verdict === 'detected';

export function judge(judged: Judged): Verdict {
  const { options, natsVersion, counts, events, findings, stops, ownDeaths, seconds } = judged;
  const { seed, servers, replicas, only, control } = options;
  const failures = failuresOf(judged);
  return {
    verdict: verdictOf(judged, failures),
    seed,
    servers,
    nats: natsVersion,
    replicas,
    ...(only.length > 0 && { only }),
    ...(control !== undefined && { control }),
    faults: counts.faults,
    byKind: counts.byKind,
    ...events,
    ...Object.fromEntries(findingKinds.map((kind) => [kind, findings?.[kind] ?? null])),
    recoverySecondsMax: Math.max(0, ...counts.recoverySeconds),
    recoverySecondsMedian: median(counts.recoverySeconds),
    stopSecondsMax: Math.max(0, ...stops.map(({ ms }) => ms)) / 1000,
    ownDeaths,
    seconds,
    ...(failures.length > 0 && { failures }),
    ...(findings !== undefined && findings.examples.length > 0 && { examples: findings.examples }),
  };
}

function failuresOf({ counts, failure, stops }: Judged): string[] {
  const badStops = stops.filter(isBadStop);
  return [
    counts.failure,
    failure,
    ...badStops.map(({ worker, code, ms }) => `${worker} ended with ${code ?? 'a signal'} ${ms} ms after SIGTERM`),
  ].filter((text) => text !== undefined);
}

function verdictOf({ options, counts, findings }: Judged, failures: readonly string[]): Verdict['verdict'] {
  const clean = findings !== undefined && isClean(findings);
  if (options.control !== undefined) return findings !== undefined && !clean ? 'detected' : 'undetected';
  return failures.length === 0 && counts.faults === options.faults && clean ? 'pass' : 'fail';
}

function isBadStop({ code, ms }: Stopped): boolean {
  return code !== 0 || ms > stopMsMax;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

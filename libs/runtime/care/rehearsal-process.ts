/** Where rehearsals are held: a second process of the same program, with a bound on its memory, from the first rehearsal to a death or until all is rehearsed. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from '../ground/logger.js';
import type { Outcome } from './narrowing.js';
import { OneByOne } from './one-by-one.js';
import type { Rehearsal, Rehearsals } from './rehearsal.js';

/** The argument that makes a service's program a process of rehearsals. */
export const rehearsalArgument = 'rehearsals';

const startMsMax = 20_000;
const startsMax = 3;
/** It ends when nothing was rehearsed for so long: input may be a long time coming. */
const idleMsMax = 30_000;
/** An answer that came while our own loop was busy is read before time is up. */
const graceMs = 250;
const mib = 1024 * 1024;
/** What V8 reserves at its start and does not use counts as data, too. */
const reservedBytes = 600 * mib;
/** Of what is left to this process and its container: the rest is for the work that goes on beside the rehearsal. */
const memoryShare = 0.6;
const memoryBytesMin = 256 * mib;
/** A step of one batch takes far less; what takes more would go on to take all. */
const memoryBytesMax = 2_048 * mib;
/** This process is to be killed first when memory ends all the same. */
const shell = 'echo 1000 > /proc/self/oom_score_adj; ulimit -c 0; ulimit -d "$0"; exec "$@"';

export class RehearsalProcess implements Rehearsals {
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  readonly #attempts = new OneByOne();

  /** @param program the service's own: `process.argv[1]` */
  constructor(
    private readonly program: string,
    private readonly log: Logger,
  ) {}

  attempt(rehearsal: Rehearsal, msMax: number): Promise<Outcome> {
    return this.#attempts.do(() => this.#attempt(rehearsal, msMax));
  }

  rest(): void {
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async #attempt(rehearsal: Rehearsal, msMax: number): Promise<Outcome> {
    clearTimeout(this.#idle);
    this.#child ??= await start(this.program);
    const child = this.#child;
    if (!child) {
      // Nothing is known of the input then: it is worked on as it is, and deaths of that count (death-record.ts).
      this.log.warn(
        { task: rehearsal.task },
        'rehearsal: its process does not start, so the input is worked on as it is',
      );
      return { kind: 'passed' };
    }
    const answer = next(child, msMax);
    child.send(rehearsal, () => undefined);
    const outcome = await answer;
    this.#idle = setTimeout(() => this.rest(), idleMsMax).unref();
    if (outcome.kind === 'died') {
      this.rest();
      this.log.warn(
        { task: rehearsal.task, range: rehearsal.kind === 'rows' ? rehearsal.range : undefined, said: outcome.said },
        'rehearsal: the process did not live through it',
      );
    }
    return outcome;
  }
}

/** @returns undefined when none comes up */
async function start(program: string): Promise<ChildProcess | undefined> {
  for (let n = 0; n < startsMax; n++) {
    const child = launch(program);
    if ((await next(child, startMsMax)).kind === 'passed') return child;
    child.kill('SIGKILL');
  }
  return undefined;
}

function launch(program: string): ChildProcess {
  const bytes =
    reservedBytes + Math.min(memoryBytesMax, Math.max(memoryBytesMin, process.availableMemory() * memoryShare));
  const kib = String(Math.floor(bytes / 1024));
  return spawn('/bin/sh', ['-c', shell, kib, process.execPath, ...process.execArgv, program, rehearsalArgument], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
}

/** What comes of a process next: it answers, ends, or is silent for too long. */
function next(child: ChildProcess, msMax: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      child.off('message', settle).off('exit', onExit).off('error', onError);
      resolve(outcome);
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void =>
      settle({
        kind: 'died',
        said: `the process ended while working on this event (${signal ?? `exit code ${code}`})`,
      });
    const onError = (): void => settle({ kind: 'died', said: 'the process for rehearsals could not be started' });
    let timer = setTimeout(
      () =>
        (timer = setTimeout(
          () => settle({ kind: 'died', said: `the work on this event took longer than ${msMax / 1000} s` }),
          graceMs,
        )),
      msMax,
    );
    child.on('message', settle).on('exit', onExit).on('error', onError);
  });
}

/** Care for suspect tasks: those on which two processes in a row have died at the same place. Their input is rehearsed before it is worked on. */
import type { InputFrame, StepLimits } from '#frame/step';
import { HaltError } from '#nats/ground/halt-error';
import type { Logger } from '../ground/logger.js';
import type { Config } from '../settings/config.js';
import type { DeathLedger } from './death-ledger.js';
import { type DeathRecord, deathsInSpiteMax, isHopeless, isSuspect, isWatched } from './death-record.js';
import type { Outcome, RowRange } from './narrowing.js';
import { OneByOne } from './one-by-one.js';
import type { Rehearsal, Rehearsals } from './rehearsal.js';

/** A dead owner may have had two batches on their way, one in its step, and a little more for what is larger than a batch. */
const batches = 4;
/** A rehearsal may take this share of the time for which the loop of a service may stand still: it may take several of them to find a row. */
const timeShare = 1 / 8;
/** After so many guilty rows of a frame the others are not tried any more: each costs a process, and a frame may not cost hours. */
export const killersMax = 16;
const untried = `not tried: ${killersMax} events that came together with it have each ended the process`;

export class Care {
  /** One at a time, so that a death speaks against one task only. */
  readonly inEarnest = new OneByOne();
  /** The same of tasks that are watched. They do not wait for what others have to store. */
  readonly firstWorks = new OneByOne();
  readonly #suspects = new Set<string>();

  constructor(
    readonly ledger: DeathLedger,
    private readonly rehearsals: Rehearsals,
    readonly config: Pick<Config, 'stallMsMax' | 'batchBytesMax'>,
    readonly log: Logger,
  ) {}

  of(task: string): TaskCare {
    return new TaskCare(this, task);
  }

  /** Tasks whose input is rehearsed at the moment. */
  get suspects(): ReadonlySet<string> {
    return this.#suspects;
  }

  suspect(task: string, isOne: boolean): void {
    if (isOne) this.#suspects.add(task);
    else if (this.#suspects.delete(task) && this.#suspects.size === 0) this.rehearsals.rest();
  }

  /** @param share of the time for which the loop of a service may stand still */
  attempt(rehearsal: Rehearsal, share = timeShare): Promise<Outcome> {
    return this.rehearsals.attempt(rehearsal, this.config.stallMsMax * share);
  }

  close(): void {
    this.rehearsals.rest();
  }
}

export class TaskCare {
  #record: DeathRecord | undefined;
  #isWatched = false;
  /** Bytes of input that are to be rehearsed. */
  #bytesLeft = 0;
  #killers = 0;

  constructor(
    private readonly care: Care,
    private readonly task: string,
  ) {}

  /** Whether input must be rehearsed before it is worked on. */
  get isSuspect(): boolean {
    return this.#bytesLeft > 0;
  }

  /** Whether `begins` is to be called before there is any work. */
  get isWatched(): boolean {
    return this.#isWatched;
  }

  get record(): DeathRecord | undefined {
    return this.#record;
  }

  /** Call when the task begins or begins again, before it works on anything. @param at where it stands @param waits whether there is something behind it to work on @throws HaltError */
  async begin(at: string, waits: boolean): Promise<void> {
    const { ledger, config, log } = this.care;
    const { record, since } = await ledger.begin(this.task, at, waits);
    this.#record = record;
    if (isHopeless(record))
      throw new HaltError(
        `${this.task}: its process has died ${deathsInSpiteMax} times in its step behind ${at}, though a process of its own lived through the same input. What it holds in memory may be too much: give it more, then start it again.`,
      );
    if (since !== 'again') this.#bytesLeft = 0;
    this.#isWatched = isWatched(record) && !this.isSuspect;
    if (isSuspect(record)) this.#bytesLeft = batches * config.batchBytesMax;
    this.care.suspect(this.task, this.isSuspect);
    if (this.isSuspect)
      log.warn(
        { task: this.task, at, deaths: record?.deaths },
        'task is suspect: processes have died at this place, so its next input is rehearsed',
      );
  }

  /** The task begins to work where it stands. Whoever takes it next must know, where a death is on record: only then does another one count. */
  async begins(): Promise<void> {
    if (!this.#isWatched || !this.#record) return;
    this.#isWatched = false;
    this.#record = { ...this.#record, begun: true };
    await this.care.ledger.write(this.task, this.#record);
  }

  /** Work on input that was not rehearsed. Where the task is watched, no other one that is begins meanwhile: a death then counts for one of them. */
  async atWork(work: () => Promise<void>): Promise<void> {
    if (!this.#isWatched) return work();
    await this.care.firstWorks.do(async () => {
      await this.begins();
      await work();
    });
  }

  /** As `tryRows`, in a process of its own. */
  async tryRows(frame: InputFrame, range: RowRange, limits: StepLimits): Promise<Outcome> {
    if (range.from === 0) this.#killers = 0;
    if (this.#killers >= killersMax) return { kind: 'died', said: untried };
    const outcome = await this.care.attempt({ kind: 'rows', task: this.task, frame, range, limits });
    if (outcome.kind === 'died' && range.to - range.from === 1) this.#killers += 1;
    return outcome;
  }

  attempt(rehearsal: Rehearsal): Promise<Outcome> {
    return this.care.attempt(rehearsal);
  }

  /** Once more, with all the time that there is: nothing smaller is left to look for. */
  confirm(rehearsal: Rehearsal): Promise<Outcome> {
    return this.care.attempt(rehearsal, 1);
  }

  /**
   * Work on input that was rehearsed. A record says so meanwhile, for rows are found guilty in rehearsals only: whoever dies here in spite of one counts.
   * @param at where the task stands @param bytes of the input @param work resolves when its outcome is stored
   */
  async inEarnest(at: string, bytes: number, work: () => Promise<void>): Promise<void> {
    await this.care.inEarnest.do(async () => {
      await this.note(at);
      await work();
    });
    this.passed(bytes);
  }

  /** Input behind `at` was rehearsed and is worked on from now on. */
  async note(at: string, more: Pick<DeathRecord, 'whole'> = {}): Promise<void> {
    const { deaths = 0, inSpite = 0, at: before = at, whole } = this.#record ?? {};
    this.#record = {
      at,
      deaths,
      begun: true,
      tried: true,
      inSpite: before === at ? inSpite : 0,
      ...(whole && { whole }),
      ...more,
    };
    await this.care.ledger.write(this.task, this.#record, more.whole !== undefined);
  }

  /** So much input is done with. */
  passed(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (!this.isSuspect) this.#clear();
  }

  /** The task ends, here or for now. */
  end(): void {
    this.care.suspect(this.task, false);
  }

  #clear(): void {
    this.care.suspect(this.task, false);
    this.care.log.info({ task: this.task }, 'task is not suspect any more: processes live through its input');
  }
}

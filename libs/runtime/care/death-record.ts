/** What is known of the processes that died while they ran a task, and what follows from it for whoever runs it next: pure functions. */

export interface DeathRecord {
  /** Where the task stood then: the last input sequences whose effects are stored. Null: wherever it stands at its next start. */
  readonly at: string | null;
  /** Owners in a row that ended there without leaving in order, and may have been at work. */
  readonly deaths: number;
  /** Whether its owner has said that it begins to work there. Undefined: it says nothing, and may have. */
  readonly begun?: boolean;
  /** Whether a step was under way over input that had been lived through in a rehearsal. */
  readonly tried: boolean;
  /** Deaths during such steps, without an orderly end in between. */
  readonly inSpite: number;
  /** Ingest only: front messages, as `place`, in which nobody may look for events. */
  readonly whole?: readonly string[];
}

/** How the owner before this one ended; `again`: it is the same process, the task only starts anew. */
export type Since = 'death' | 'order' | 'again';

/**
 * One death may be anything: a kill, a lost machine, a task next door. After a second one at the same place, the input behind it is tried in
 * a process of its own first. That alone refuses nothing, so that a coincidence costs a rehearsal and no more. Whoever has one death on record
 * says when it begins to work there: a process that ends before, while it starts, reads or waits for its turn, has not died of that input.
 */
export const deathsToSuspect = 2;
/** Rows are found guilty by rehearsals alone; a task whose step kills in spite of a rehearsal that lived (too much state for the memory) must halt some time. */
export const deathsInSpiteMax = 5;

/** The record at a start. @param at where the task stands @returns undefined: nothing speaks against the task */
export function recordAtStart(known: DeathRecord | undefined, at: string, since: Since): DeathRecord | undefined {
  const here = known !== undefined && (known.at === null || known.at === at) ? known : undefined;
  const deaths = (here?.deaths ?? 0) + Number(since === 'death' && here?.begun !== false);
  const whole = known?.whole;
  if (deaths === 0 && !whole) return undefined;
  const inSpite = since === 'order' ? 0 : (here?.inSpite ?? 0) + Number(since === 'death' && here?.tried === true);
  return { at, deaths, begun: false, tried: false, inSpite, ...(whole && { whole }) };
}

/** Whether another death there would make the task suspect. */
export function isWatched(record: DeathRecord | undefined): boolean {
  return record !== undefined && record.deaths === deathsToSuspect - 1;
}

export function isSuspect(record: DeathRecord | undefined): boolean {
  return record !== undefined && record.deaths >= deathsToSuspect;
}

export function isHopeless(record: DeathRecord | undefined): boolean {
  return record !== undefined && record.inSpite >= deathsInSpiteMax;
}

/** What a watchdog writes of the task in whose step its process stands still: there is no other suspect, so once is enough. */
export function accused(known: DeathRecord | undefined): DeathRecord {
  if (known?.tried) return known;
  return { ...known, at: null, deaths: deathsToSuspect, tried: false, inSpite: known?.inSpite ?? 0 };
}

/** A place in an input, also after its stream was made again. */
export function placeIn(created: string, seq: number): string {
  return `${created}:${seq}`;
}

/** @returns undefined when the text is no record */
export function parseDeathRecord(text: string): DeathRecord | undefined {
  if (!text.startsWith('{')) return undefined;
  return JSON.parse(text) as DeathRecord;
}

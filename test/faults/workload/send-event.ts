/** Sends one event until its outcome is known or the time is up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { msgIdOf } from './event-of.js';
import type { Sending } from './ledger.js';
import type { Answer } from './publish-once.js';

export interface SendOptions {
  /** Publishes the event under a Msg-Id. */
  readonly publish: (msgId: string) => Promise<Answer>;
  readonly retryMs: number;
  /** Asked after each try without success: whether it was the last one. */
  readonly isOver: () => boolean;
}

/**
 * A Msg-Id that stays staged was taken by a publish that a server refused: repeating it would never store anything (2.10.27 R3).
 * Then the event goes out under another Msg-Id; should both be stored after all, its event id makes it one.
 */
const stagedMax = 8;

/** @returns what became of every message that was made of the event; the last one decides */
export async function sendEvent(index: number, { publish, retryMs, isOver }: SendOptions): Promise<Sending[]> {
  const earlier: Sending[] = [];
  let [staged, isUnclear] = [0, false];
  for (;;) {
    const msgId = msgIdOf(index, earlier.length);
    const answer = await publish(msgId);
    if (answer.kind === 'stored') return [...earlier, { msgId, index, outcome: 'accepted', seq: answer.seq }];
    isUnclear ||= answer.kind !== 'refused';
    staged += answer.kind === 'staged' ? 1 : 0;
    if (isOver()) return [...earlier, { msgId, index, outcome: isUnclear ? 'unknown' : 'refused' }];
    if (staged === stagedMax) {
      earlier.push({ msgId, index, outcome: 'unknown' });
      [staged, isUnclear] = [0, false];
    }
    await sleep(retryMs);
  }
}

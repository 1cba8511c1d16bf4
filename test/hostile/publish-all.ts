/** Publishes the messages of a run in their order, and keeps what the server answered. */
import { type RawAnswer, RawNats } from '../support/nats/raw-nats.js';
import type { Findings } from './findings.js';
import { Ledger } from './ledger.js';
import type { HostileMessage, Refusal } from './workload/hostile-message.js';
import type { Workload } from './workload/message-of.js';

export interface PublishOptions {
  readonly port: number;
  readonly workload: Workload;
  readonly messages: number;
  readonly seed: number;
  readonly nowMs: number;
  readonly ledgerPath: string;
  readonly findings: Findings;
  readonly stop: AbortSignal;
}

export interface Published {
  readonly stored: number;
  readonly refused: number;
  readonly repeated: number;
}

/** Messages without an answer: more would only make the server's buffers grow. */
const waitingMax = 4_000;
const turnMessages = 256;

export async function publishAll({
  port,
  workload,
  messages,
  seed,
  nowMs,
  ledgerPath,
  findings,
  stop,
}: PublishOptions): Promise<Published> {
  const nats = await RawNats.open(port);
  const ledger = new Ledger(ledgerPath);
  const counts = { stored: 0, refused: 0, repeated: 0 };
  const answered = (index: number, message: HostileMessage, answer: RawAnswer): void => {
    counts[answer.kind] += 1;
    const kind = workload.kindOf({ seed, index }).name;
    if (!fits(answer.kind, message.refusal)) findings.add('answers', { index, kind, wanted: message.refusal, answer });
    if (answer.kind === 'stored') ledger.add({ index, kind, seq: answer.seq, message });
  };
  try {
    for (let index = 0; index < messages && !stop.aborted; index++) {
      const message = workload.messageOf({ seed, index, nowMs });
      nats.publish(message, (answer) => answered(index, message, answer));
      if (index % turnMessages === 0) await nats.room(waitingMax);
    }
    await nats.room(0);
  } finally {
    nats.close();
    ledger.close();
  }
  return counts;
}

function fits(answer: RawAnswer['kind'], refusal: Refusal): boolean {
  if (refusal === 'repeated') return answer === 'repeated';
  if (refusal === 'must') return answer === 'refused';
  return answer === 'stored' || (refusal === 'may' && answer === 'refused');
}

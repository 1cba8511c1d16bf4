/** Keeps a producer honest: says when NATS refuses its messages, and gives up what is not stored some seconds after Ctrl-C. */
import type { Publisher } from '#nats/messages/publisher';

const lookEveryMs = 2_000;
const giveUpAfterMs = 5_000;

/** @returns ends the watch */
export function watchPublisher(publisher: Publisher, stop: AbortSignal, say: (text: string) => void): () => void {
  let seen = 0;
  const looking = setInterval(() => {
    const { count, last } = publisher.refusals;
    if (count > seen) say(`NATS refuses messages, they are sent again: ${last}`);
    seen = count;
  }, lookEveryMs);
  let givingUp: NodeJS.Timeout | undefined;
  const giveUpSoon = (): void => {
    givingUp = setTimeout(() => {
      const left = publisher.giveUp();
      if (left > 0) say(`${left} messages are given up: NATS has not stored them`);
    }, giveUpAfterMs);
  };
  if (stop.aborted) giveUpSoon();
  else stop.addEventListener('abort', giveUpSoon, { once: true });
  return () => {
    clearInterval(looking);
    clearTimeout(givingUp);
    stop.removeEventListener('abort', giveUpSoon);
  };
}

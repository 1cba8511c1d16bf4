/** Keeps a producer honest: says when NATS refuses its messages, and gives up what is not stored some seconds after Ctrl-C. */
import type { Publisher } from '#nats/publisher';

const LOOK_EVERY_MS = 2_000;
const GIVE_UP_AFTER_MS = 5_000;

/** @returns ends the watch */
export function watchPublisher(publisher: Publisher, stop: AbortSignal): () => void {
  let seen = 0;
  const looking = setInterval(() => {
    const { count, last } = publisher.refusals;
    if (count > seen) process.stderr.write(`NATS refuses messages, they are sent again: ${last}\n`);
    seen = count;
  }, LOOK_EVERY_MS);
  let givingUp: NodeJS.Timeout | undefined;
  const giveUpSoon = (): void => {
    givingUp = setTimeout(() => {
      const left = publisher.giveUp();
      if (left > 0) process.stderr.write(`${left} messages are given up: NATS has not stored them\n`);
    }, GIVE_UP_AFTER_MS);
  };
  if (stop.aborted) giveUpSoon();
  else stop.addEventListener('abort', giveUpSoon, { once: true });
  return () => {
    clearInterval(looking);
    clearTimeout(givingUp);
    stop.removeEventListener('abort', giveUpSoon);
  };
}

/** Repeats work that is safe to repeat while the store gives no clear answer, waiting longer each time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AmbiguousWriteError } from '#store/store-errors';

const attemptsMax = 6;
const firstPauseMs = 50;

/** Waits about 1.5 s in all, then throws the last `AmbiguousWriteError`; other errors are thrown at once. */
export async function retryUnclear<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AmbiguousWriteError) || attempt === attemptsMax) throw error;
      await sleep(firstPauseMs * 2 ** (attempt - 1));
    }
  }
}

/** A start that can be broken off at any moment. */

/** The user has asked to stop before what was awaited came about. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** What `work` resolves to. @throws StoppedError as soon as `stop` says so; what becomes of the work then ends with the process */
export async function untilStopped<T>(stop: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort = (): void => undefined;
  const stopped = new Promise<never>(
    (_, reject) => (onAbort = () => reject(new StoppedError('stopped while it was starting'))),
  );
  stop.addEventListener('abort', onAbort);
  work.catch(() => undefined);
  try {
    if (stop.aborted) onAbort();
    return await Promise.race([work, stopped]);
  } finally {
    stop.removeEventListener('abort', onAbort);
  }
}

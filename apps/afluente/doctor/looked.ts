/** The outcome of looking at something: what was seen, or why nothing was. */

export type Looked<T> = { readonly seen: true; readonly value: T } | { readonly seen: false; readonly why: Error };

/** Longer than the timeouts of the clients that look, so that those tell first. */
const lookMsMax = 12_000;

/** Never fails, and ends in time: what takes longer is left behind. */
export async function look<T>(work: () => Promise<T>, msMax = lookMsMax): Promise<Looked<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>(
    (_, reject) =>
      (timer = setTimeout(
        () =>
          reject(
            new Error(
              `no answer within ${msMax / 1000} s. Look at it again; if it stays so, look at its network and its load.`,
            ),
          ),
        msMax,
      )),
  );
  try {
    return { seen: true, value: await Promise.race([work(), late]) };
  } catch (error) {
    return unseen(error instanceof Error ? error : new Error(String(error)));
  } finally {
    clearTimeout(timer);
  }
}

export function unseen(why: Error): { readonly seen: false; readonly why: Error } {
  return { seen: false, why };
}

/** What was seen, if anything. */
export function seenOf<T>(looked: Looked<T> | undefined): T | undefined {
  return looked?.seen ? looked.value : undefined;
}

/** Messages of this project say what is wrong, then what to do. */
export function toldBy({ message }: Error, otherwise: string): { readonly message: string; readonly remedy: string } {
  const end = message.search(/\. (?=[A-Z])/);
  return end < 0
    ? { message: message.replace(/\.$/, ''), remedy: otherwise }
    : { message: message.slice(0, end), remedy: message.slice(end + 2) };
}

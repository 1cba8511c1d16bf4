/** Asks the main thread of this process where it is, from another thread, although it never comes back to its event loop. */
import { type Debugger, Session } from 'node:inspector';
import { inSources } from '../stack/in-sources.js';

const waitMs = 1_000;
const placesMax = 8;

/** @returns places of its JavaScript stack, none when it is in native code; names and lines only, nothing of the data */
export async function mainStack(): Promise<string[]> {
  const session = new Session();
  try {
    session.connectToMainThread();
    const paused = new Promise<Debugger.CallFrame[]>((resolve) =>
      session.once('Debugger.paused', ({ params }) => resolve(params.callFrames)),
    );
    session.post('Debugger.enable');
    session.post('Debugger.pause');
    const frames = await Promise.race([
      paused,
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), waitMs)),
    ]);
    return (frames ?? [])
      .slice(0, placesMax)
      .map(({ functionName, url, location }) =>
        inSources(
          `at ${functionName || '<anonymous>'} (${url}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1})`,
        ),
      );
  } catch {
    return [];
  } finally {
    // A thread that was only slow goes on.
    session.disconnect();
  }
}

/** A closed log, in which nothing will come: it is trimmed until its readers have read it. */
import { pause } from '../ground/pause.js';
import type { Trimmer } from './trimmer.js';

const lookMs = 1_000;

export async function tendClosedLog(trimmer: Pick<Trimmer, 'run'>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await trimmer.run();
    await pause(lookMs, stop);
  }
}

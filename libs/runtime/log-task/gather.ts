/**
 * Lets frames gather before a step, because a step's fixed cost is shared by all it takes. The busier the machine, the longer a
 * step takes, and the more the next one waits for: batches grow before queues do. A full batch does not wait.
 */
import { pause } from '../ground/pause.js';
import type { Config } from '../settings/config.js';
import type { LogWork } from './log-session.js';

/** A step is followed by a pause of so many times its own length, within the bound. */
const lingerSteps = 25;
const lingerMsMax = 500;

export async function gather(
  { stepMs, inputs }: LogWork,
  { stepLingerMs, batchBytesMax }: Config,
  stop: AbortSignal,
): Promise<void> {
  const lingerMs = Math.max(stepLingerMs, Math.min(lingerMsMax, stepMs * lingerSteps));
  if (inputs.bytes < batchBytesMax / 2) await pause(lingerMs, stop);
}

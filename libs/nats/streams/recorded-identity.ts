/** What the description of a log's stream says it was made for, against what the pipeline says by now. */
import type { LogIdentity } from '#frame/log-name';
import { HaltError } from '../ground/halt-error.js';
import { ownMark, withoutRecord } from './incarnation.js';

/** What a log was made for begins so (libs/stages/topology/log-identity.ts). */
const madeFor = `${ownMark}source `;
/** With these words, what to do begins. */
export const setBack = 'Set that back, and everything goes on where it was';
const otherPipeline = `id and key of a source stay as they are for the life of a pipeline, and a new number of partitions is added to those before, e.g. partitions: [4, 16]. ${setBack}; or, to begin anew, give the pipeline another name and another lake`;
const otherWindow = `results of two definitions would be mixed. ${setBack}; or give the window another name, and its table too if it has one of its own: it then begins beside this one, with those enriched events that the logs still hold, so its first results may lack some`;

/** Why the log may not be used, to be put behind the name of its stream. A log without a record is taken: a version before made it, or somebody described it anew. */
export function identityFault(description: string | undefined, { text, source }: LogIdentity): string | undefined {
  const made = withoutRecord(description ?? '');
  if (!made.startsWith(madeFor) || made === text) return undefined;
  const why = made.startsWith(source) ? otherWindow : otherPipeline;
  return `was made for "${said(made)}", but pipeline.yaml now says "${said(text)}": ${why}`;
}

/** @throws HaltError when the stream was made for something else */
export function checkIdentity(
  stream: string,
  description: string | undefined,
  identity: LogIdentity | undefined,
): void {
  const fault = identity && identityFault(description, identity);
  if (fault !== undefined) throw new HaltError(`stream ${stream} ${fault}`);
}

function said(text: string): string {
  return text.slice(ownMark.length);
}

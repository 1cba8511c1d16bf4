/** Checks of what was read against what is there: streams and buckets that were replaced, cut or emptied under the pipeline. */
import { checkOpen } from '#frame/lineage';
import { streamsReadBy } from '#stages/topology/topology';
import type { Check } from '../check.js';
import type { TaskLook } from '../facts.js';
import { isLive, natsOf, streamFactsOf } from '../facts-of.js';
import type { Trouble } from '../finding.js';

const howToRestore =
  'Restore NATS from a backup that has it (docs/operations.md, Backup and restore), or begin anew with another pipeline name and lake.';

const streamReplaced: Check = {
  id: 'stream-replaced',
  severity: 'error',
  finds: 'a stream was deleted and made again, cut or purged since a task read it',
  find: (facts) => {
    const ends = streamFactsOf(facts);
    // Who lives checks its inputs itself, and is ahead of what we have read.
    return (natsOf(facts)?.tasks ?? [])
      .filter((look) => !isLive(facts, look))
      .flatMap((look) =>
        (look.status?.inputs ?? []).flatMap((input): Trouble[] => {
          const end = ends.get(input.stream);
          if (!end || !isInput(look, input.stream)) return [];
          const { position: seq, created } = input;
          const verdict = checkOpen({ stream: input.stream, created, seq, hash: undefined }, end);
          if (verdict.kind === 'ok' || (created === end.created && end.firstSeq > seq + 1 && isUsers(look))) return [];
          const [message = ''] = verdict.reason.replace(`${input.stream} `, '').split('. ');
          return [{ subject: input.stream, message: `${message}: read by ${look.task.name}`, remedy: howToRestore }];
        }),
      );
  },
};

/** What a pipeline read before it was changed is no input of it now. */
function isInput({ task }: TaskLook, stream: string): boolean {
  return streamsReadBy(task).includes(stream);
}

/** A user's stream may delete what its filter leaves out, or what is old: nobody can tell it from what was never there. */
function isUsers({ task }: TaskLook): boolean {
  return 'front' in task && !task.front.own;
}

const foreignMessage: Check = {
  id: 'foreign-message',
  severity: 'error',
  finds: 'the newest message of a log is no frame',
  find: (facts) =>
    (natsOf(facts)?.frames ?? []).flatMap(({ stream, seq, head }) =>
      head
        ? []
        : [
            {
              subject: stream,
              message: `message ${seq} is no frame: something else publishes to the subjects of this pipeline`,
              remedy:
                'Find out who it is, and take the right away (docs/operations.md, Security). The message stays where it is: restore the log, or begin anew with another pipeline name and lake.',
            },
          ],
    ),
};

export const positionChecks: readonly Check[] = [streamReplaced, foreignMessage];

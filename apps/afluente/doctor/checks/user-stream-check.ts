/** Check of the streams that are the user's own: sources only read them, so what they lose, Afluente never sees. */
import { subjectsOverlap } from '#pipeline/text/subjects';
import type { Check } from '../check.js';
import { type PresentStream, presentStreams } from '../facts-of.js';
import type { Severity } from '../finding.js';

type Rule = readonly [holds: boolean, severity: Severity, message: string, remedy: string];

export const userStreamCheck: Check = {
  id: 'user-stream',
  severity: 'error',
  finds: "a stream of the user's cannot be read by its source, or may lose events before they are read",
  find: (facts) =>
    presentStreams(facts)
      .filter(({ role }) => role === 'user front')
      .flatMap((found) =>
        [...readingRules(found), ...keepingRules(found)]
          .filter(([holds]) => holds)
          .map(([, severity, message, remedy]) => ({ subject: found.stream, severity, message, remedy })),
      ),
};

/** Whether a source can read it, and gets what it asks for. */
function readingRules({ filters, present: { settings: is } }: PresentStream): readonly Rule[] {
  const subjects = is.subjects ?? [];
  const missing = filters.filter((filter) => !subjects.some((subject) => subjectsOverlap(subject, filter)));
  return [
    [
      is.retention !== 'limits',
      'error',
      `has retention "${is.retention}", so others' acknowledgements delete events before they are read`,
      'Use a stream with retention "limits"; it may be a mirror of this one.',
    ],
    [
      missing.length > 0 && subjects.length > 0,
      'error',
      `has no subject that the source's filter ${missing.join(', ')} takes, only ${subjects.join(', ')}`,
      'Correct filter in pipeline.yaml, or the subjects of the stream.',
    ],
    [
      (is.max_consumers ?? -1) > 0,
      'warning',
      `may have ${is.max_consumers} readers: ingest needs one, or two while a task changes its process`,
      'Leave room for it: the limit is fixed when a stream is made.',
    ],
  ];
}

/** Whether it keeps events until they are read. */
function keepingRules({ stream, present: { settings: is } }: PresentStream): readonly Rule[] {
  const edit = (option: string): string =>
    `\`nats stream edit ${stream} ${option}\`, or let the source read a stream of its own that has this one as its source.`;
  return [
    [
      is.storage !== 'file',
      'warning',
      `has ${is.storage} storage: events go with the server`,
      'Use a stream with file storage.',
    ],
    [
      is.max_age > 0,
      'warning',
      `deletes events after ${Math.round(is.max_age / 1e9)} s, read or not`,
      `Let it be longer than your longest outage: ${edit('--max-age=…')}`,
    ],
    [
      is.max_msgs > 0 && is.discard !== 'new',
      'warning',
      `deletes its oldest events beyond ${is.max_msgs}, read or not`,
      edit('--discard=new'),
    ],
    [
      is.max_bytes > 0 && is.discard !== 'new',
      'warning',
      `deletes its oldest events beyond ${is.max_bytes} bytes, read or not`,
      edit('--discard=new'),
    ],
    [
      is.max_msgs_per_subject > 0,
      'warning',
      `keeps the newest ${is.max_msgs_per_subject} events of a subject only, read or not`,
      edit('--max-msgs-per-subject=-1'),
    ],
  ];
}

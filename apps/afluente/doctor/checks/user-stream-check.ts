/** Check of the streams that are the user's own: sources only read them, so what they lose, Afluente never sees. */

import type { StreamSettings } from '#nats/streams/stream-faults';
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
  const subjects = storedSubjects(is);
  const missing = filters.filter((filter) => !subjects.some((subject) => subjectsOverlap(subject, filter)));
  return [
    [
      missing.length > 0 && subjects.length > 0,
      'error',
      `stores no subject that the source's filter ${missing.join(', ')} takes, only ${subjects.join(', ')}`,
      'Correct filter in pipeline.yaml, or the subjects of the stream.',
    ],
    [
      is.sealed === true,
      'warning',
      'is sealed: it can be read, and takes no more events',
      'If more are to come, let the source read another stream.',
    ],
    [
      is.retention === 'interest' && (is.consumer_limits?.inactive_threshold ?? 0) > 0,
      'warning',
      `forgets a consumer that was idle for ${Math.round((is.consumer_limits?.inactive_threshold ?? 0) / 1e9)} s, ours too: events that come while ingest is away longer are gone`,
      'Give the stream no inactive_threshold in its consumer limits.',
    ],
    [
      (is.max_consumers ?? -1) > 0,
      'warning',
      `may have ${is.max_consumers} readers: ingest needs one, or two while a task changes its process`,
      'Leave room for it: the limit is fixed when a stream is made.',
    ],
  ];
}

/** Subjects of the messages in it, as far as its settings tell; none: they come from other streams. */
function storedSubjects({ subjects = [], subject_transform: changed, sources = [] }: StreamSettings): string[] {
  if (sources.length > 0) return [];
  // Functions of a transform stand for a token each: {{wildcard(1)}}, $1.
  const dest = changed?.dest.replaceAll(/\{\{[^}]*\}\}|\$\d+/g, '*');
  return dest === undefined ? [...subjects] : [...subjects, dest];
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

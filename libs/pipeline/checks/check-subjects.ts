/** Checks the fronts: valid subjects, and no message that two sources (or one source twice) would take. */
import { subjectPattern } from '../text/subject-pattern.js';
import { subjectFault, subjectsOverlap } from '../text/subjects.js';
import type { PathPart } from '../text/yaml-text.js';
import { entriesAt, type Report, textAt, textsAt } from './check-context.js';

interface Taken {
  source: string;
  /** '' for the streams of Afluente, else the user's stream. */
  stream: string;
  subject: string;
  path: PathPart[];
}

export function checkSubjects(root: unknown, report: Report): void {
  const taken = entriesAt(root, 'sources').flatMap(([name, source]) => frontSubjects(name, source));
  const valid = taken.filter((one) => isValid(one, report));
  valid.forEach((one, i) => {
    const earlier = valid
      .slice(0, i)
      .find((other) => other.stream === one.stream && subjectsOverlap(one.subject, other.subject));
    if (earlier) report(one.path, overlap(one, earlier), 'Let each message belong to one subject of one source.');
  });
}

function frontSubjects(source: string, value: unknown): Taken[] {
  const path = ['sources', source];
  const own = textsAt(value, 'subjects').map(({ text, place }) => ({
    source,
    stream: '',
    subject: subjectPattern(text).subject,
    path: [...path, 'subjects', place],
  }));
  const stream = textAt(value, 'stream');
  if (stream === undefined || stream === '') return own;
  const filters = textsAt(value, 'filter').map(({ text, place }) => ({ text, path: ['filter', place] }));
  const one = textAt(value, 'filter');
  const all = one === undefined ? filters : [{ text: one, path: ['filter'] }];
  const taken = all.length === 0 ? [{ text: '>', path: ['stream'] }] : all;
  return [
    ...own,
    ...taken.map(({ text, path: at }) => ({
      source,
      stream,
      subject: subjectPattern(text).subject,
      path: [...path, ...at],
    })),
  ];
}

function isValid({ stream, subject, path }: Taken, report: Report): boolean {
  const fault = subjectFault(subject, stream === '' ? 'own' : 'filter');
  if (fault !== undefined)
    report(path, `${fault} (is ${JSON.stringify(subject)})`, 'Write e.g. "events.orders" or "events.orders.>".');
  return fault === undefined;
}

function overlap(one: Taken, earlier: Taken): string {
  const where = earlier.source === one.source ? 'of the same source' : `of the source "${earlier.source}"`;
  return `"${one.subject}" overlaps with "${earlier.subject}" ${where}`;
}

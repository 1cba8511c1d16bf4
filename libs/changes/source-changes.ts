/** What becomes of a source: its raw logs record id, key and partitions, and how far they have read its front stream. */
import { frontStreamOf, type LogName } from '#frame/log-name';
import type { Front, Source } from '#pipeline/model/model';
import { identityOf } from '#stages/topology/log-identity';
import { logsOf } from '#stages/topology/topology';
import { breaking, type Change, compatible, paired, type Version } from './change.js';

const beginAnew = 'set it back, or give the pipeline another name and another lake';

export function sourceChanges(before: Version, after: Version): Change[] {
  const { both, added, removed } = paired(before.compiled.pipeline.sources, after.compiled.pipeline.sources);
  return [
    ...both.flatMap(([name, was, is]) => oneSource(before, after, name, was, is)),
    ...added.map((name) => compatible(`source ${name}`, 'is new')),
    ...removed.map((name) =>
      compatible(`source ${name}`, 'is gone: its streams and tables stay as they are until you delete them'),
    ),
  ];
}

function oneSource(before: Version, after: Version, name: string, was: Source, is: Source): Change[] {
  const what = `source ${name}`;
  const sql = (version: Version): string | undefined => version.compiled.pipeline.enrich[name]?.sql;
  return [
    ...recorded(before, after, what, was, is),
    ...frontChanges(after.compiled.pipeline.name, what, was, is),
    ...(was.eventTime.field === is.eventTime.field
      ? []
      : [
          compatible(
            what,
            `takes its time from ${is.eventTime.field} instead of ${was.eventTime.field}, from the restart on`,
          ),
        ]),
    ...(was.envelope === is.envelope
      ? []
      : [
          compatible(
            what,
            `takes events ${inEnvelope(is)} instead of ${inEnvelope(was)}, from the restart on: others go to quarantine, also those that wait`,
          ),
        ]),
    ...(sql(before) === sql(after)
      ? []
      : [compatible(what, 'has another SQL: it counts from the restart on, and rows that are there stay as they are')]),
  ];
}

/** What the logs of both were made for must be the same, as far as both have the same generations of partitions. */
function recorded(before: Version, after: Version, what: string, was: Source, is: Source): Change[] {
  const records = (version: Version): string[] =>
    firstLogs(version, is.name).map((log) => identityOf(version.compiled, log).source);
  const [made, wanted] = [records(before), records(after)];
  if (made.every((record, generation) => record === wanted[generation])) {
    const [from, to] = [was.partitions, is.partitions];
    return made.length === wanted.length
      ? []
      : [compatible(what, `goes from ${from} to ${to} partitions while events come`)];
  }
  const parts: readonly (readonly [string, string, string])[] = [
    ['id', idText(was), idText(is)],
    ['key', was.key, is.key],
  ];
  const others = parts.filter(([, from, to]) => from !== to);
  return [
    ...others.map(([part, from, to]) =>
      breaking(what, `has the ${part} ${from}, and would have ${to}, so all its tasks would halt: ${beginAnew}`),
    ),
    ...(was.generations.every((count, at) => count === is.generations[at]) ? [] : [otherPartitions(what, was, is)]),
  ];
}

function otherPartitions(what: string, { generations: was }: Source, { generations: is }: Source): Change {
  const text = (counts: readonly number[]): string => (counts.length === 1 ? `${counts[0]}` : `[${counts.join(', ')}]`);
  return breaking(
    what,
    `has had the partitions ${text(was)}, and would have ${text(is)}, so all its tasks would halt: add the new number to those before, partitions: [${[...was, is.at(-1)].join(', ')}]`,
  );
}

/** One of each generation, the oldest first. */
function firstLogs({ compiled: { pipeline } }: Version, source: string): LogName[] {
  const [first, ...others] = logsOf(pipeline, { source, windows: [], partitionsMax: 1 });
  return first === undefined ? [] : [first, ...others.filter(({ stage }) => stage === first.stage)];
}

function frontChanges(pipeline: string, what: string, { front: was }: Source, { front: is, name }: Source): Change[] {
  if (was.kind === 'subjects' && is.kind === 'subjects')
    return subjectChanges(frontStreamOf(pipeline, name), what, was, is);
  if (was.kind === 'stream' && is.kind === 'stream' && was.stream === is.stream) return streamChanges(what, was, is);
  return [
    breaking(
      what,
      `reads ${calledFront(was)}, and would read ${calledFront(is)}, in which it does not know its place, so ingest would halt: give it as a source of another name`,
    ),
  ];
}

type OwnFront = Extract<Front, { kind: 'subjects' }>;

function subjectChanges(stream: string, what: string, was: OwnFront, is: OwnFront): Change[] {
  const added = is.subjects.filter((subject) => !was.subjects.includes(subject));
  const removed = was.subjects.filter((subject) => !is.subjects.includes(subject));
  return [
    ...(added.length === 0
      ? []
      : [
          breaking(
            what,
            `takes ${added.join(', ')}, too, which its stream ${stream} does not: first let it, with \`nats stream edit ${stream} --subjects=${[...was.subjects, ...added].join(',')}\``,
          ),
        ]),
    ...(removed.length === 0
      ? []
      : [
          compatible(what, `does not name ${removed.join(', ')} any more: stream ${stream} takes it until you edit it`),
        ]),
  ];
}

type UserFront = Extract<Front, { kind: 'stream' }>;

function streamChanges(what: string, was: UserFront, is: UserFront): Change[] {
  const from = (front: UserFront): string => JSON.stringify(front.start);
  return [
    ...(filterText(was) === filterText(is)
      ? []
      : [
          compatible(
            what,
            `takes ${filterText(is)} of ${is.stream} instead of ${filterText(was)}, from the place on that it has reached`,
          ),
        ]),
    ...(from(was) === from(is)
      ? []
      : [compatible(what, 'has another start, which counts only where it has read nothing yet')]),
  ];
}

function calledFront(front: Front): string {
  return front.kind === 'stream' ? `stream ${front.stream}` : `subjects ${front.subjects.join(', ')}`;
}

function inEnvelope({ envelope }: Source): string {
  return envelope === undefined ? 'without an envelope' : `in the envelope ${envelope}`;
}

function idText({ id }: Source): string {
  return id.length === 0 ? 'none' : id.join(', ');
}

function filterText({ filters }: UserFront): string {
  return filters.length === 0 ? 'all subjects' : filters.join(', ');
}

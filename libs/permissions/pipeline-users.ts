/** The users of NATS that a pipeline needs, each with no more rights than its work takes: computed from the tasks, so that they fit. */
import {
  bucketStream,
  deathKeyOf,
  inboxPrefixOf,
  keySubject,
  type LogName,
  leasesBucketOf,
  membersBucketOf,
  objectsBucketOf,
  streamOf,
  subjectOf,
  tasksBucketOf,
} from '#frame/log-name';
import { logStages, services } from '#stages/kinds/all-stages';
import { tableKinds } from '#stages/tables/table-kinds';
import {
  byTask,
  type IngestTask,
  ingestTasks,
  isFormer,
  type LakeTask,
  type LogTaskSpec,
  logsReadBy,
  logsWrittenBy,
  type Service,
  serviceOf,
  sourceOfTable,
  type Task,
  type Topology,
} from '#stages/topology/topology';
import {
  acknowledge,
  askForJetStream,
  askForRights,
  endConsumers,
  follow,
  getFrom,
  listStreams,
  lookAt,
  manage,
  trim,
} from './stream-rights.js';

export interface User {
  readonly name: string;
  /** What it does: the end of "this user …". */
  readonly work: string;
  /** Subjects, perhaps with wildcards; nothing else. */
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Of the services at both ends; what others do, their stages say. */
const workAtTheEnds: Readonly<Partial<Record<Service, string>>> = {
  ingest: 'reads front streams and writes raw logs',
  'lake-writer': 'reads logs and writes none: its output is the lake',
};
/** The subjects on which a client of NATS gets answers unless it is told otherwise. */
const usualInbox = '_INBOX.>';

export interface PipelineUsers {
  readonly pipeline: string;
  /** One for each service, the operator, and whoever follows results: those in the account of the streams. */
  readonly users: readonly User[];
  /** None where all events come from streams of the user's. */
  readonly producers: readonly User[];
  /** What producers publish to; to a stream of the user's, its own producers publish. */
  readonly eventSubjects: readonly string[];
}

export function pipelineUsers(topology: Topology): PipelineUsers {
  const subjects = eventSubjects(topology);
  return {
    pipeline: topology.pipeline.name,
    users: [
      ...services.map((service) => serviceUser(topology, service)),
      operator(topology, subjects),
      follower(topology),
    ],
    producers:
      subjects.length > 0
        ? [{ name: 'producer', work: 'publishes events', publish: subjects, subscribe: [usualInbox] }]
        : [],
    eventSubjects: subjects,
  };
}

function serviceUser(topology: Topology, service: Service): User {
  const { name } = topology.pipeline;
  const tasks = topology.tasks.filter((task) => serviceOf(task) === service);
  return {
    name: service,
    work: workAtTheEnds[service] ?? workBetweenLogs(service),
    publish: sorted([
      askForJetStream,
      ...shareTasks(name, service, tasks),
      ...tasks.flatMap((task) => taskRights(topology, task)),
    ]),
    subscribe: [`${inboxPrefixOf(name, service)}.>`],
  };
}

function workBetweenLogs(service: Service): string {
  const stages = logStages.filter((stage) => stage.service === service);
  const logs = (kinds: readonly string[]): string => `${[...new Set(kinds)].join(' and ')} logs`;
  return `reads ${logs(stages.map(({ reads }) => reads))} and writes ${logs(stages.map(({ writes }) => writes))}`;
}

/** What processes of a service need to share its tasks and to say how far they are. */
function shareTasks(pipeline: string, service: Service, tasks: readonly Task[]): string[] {
  const [board, leases, members] = [tasksBucketOf(pipeline), leasesBucketOf(pipeline), membersBucketOf(pipeline)];
  return [
    ...[board, leases, members]
      .map(bucketStream)
      .flatMap((stream) => [...follow(stream), getFrom(stream), endConsumers(stream)]),
    ...tasks.flatMap((task) => [
      keySubject(board, task.name),
      keySubject(leases, task.name),
      keySubject(leases, deathKeyOf(task.name)),
    ]),
    keySubject(members, `${service}.*`),
    lookAt(bucketStream(objectsBucketOf(pipeline))),
  ];
}

function taskRights(topology: Topology, task: Task): string[] {
  const { name } = topology.pipeline;
  return [
    ...logsReadBy(task).flatMap((log) => readInput(topology, log)),
    ...logsWrittenBy(task).flatMap(writeLog),
    ...byTask(task, {
      ingest: (one) => ingestRights(name, one),
      log: (one) => (one.stage.keepsState ? stateRights(name, one) : []),
      lake: (one) => lakeRights(topology, one),
    }),
  ];
}

function ingestRights(pipeline: string, { source, front }: IngestTask): string[] {
  const own = front.own ? [trim(front.stream), endConsumers(front.stream)] : acknowledge(front.stream, front.consumer);
  const objects = keySubject(objectsBucketOf(pipeline), `event.${source.name}.>`);
  return [...follow(front.stream), getFrom(front.stream), ...own, objects];
}

function readLog(log: LogName): string[] {
  const stream = streamOf(log);
  return [...follow(stream), endConsumers(stream)];
}

/** Whether a log of former partitions has come to its end, its last frame says. */
function readInput({ pipeline }: Topology, log: LogName): string[] {
  return [...readLog(log), ...(isFormer(pipeline, log) ? [getFrom(streamOf(log))] : [])];
}

function writeLog(log: LogName): string[] {
  const stream = streamOf(log);
  return [subjectOf(log), lookAt(stream), getFrom(stream), trim(stream)];
}

/** Snapshots of the state of a task that keeps one, and its own log, which it reads again to rebuild the state. */
function stateRights(pipeline: string, { name, output }: LogTaskSpec): string[] {
  const objects = objectsBucketOf(pipeline);
  return [
    ...readLog(output),
    keySubject(objects, `${name}.>`),
    getFrom(bucketStream(objects)),
    trim(bucketStream(objects)),
  ];
}

/** A table needs the incarnation of its front stream; bronze moves large events from the bucket into the lake. */
function lakeRights(topology: Topology, { table }: LakeTask): string[] {
  const { pipeline } = topology;
  const fronts = ingestTasks(topology)
    .filter(({ source }) => source === sourceOfTable(pipeline, table))
    .map(({ front }) => lookAt(front.stream));
  const objects = bucketStream(objectsBucketOf(pipeline.name));
  return tableKinds[table.stage].takesLargeEvents ? [...fronts, getFrom(objects), trim(objects)] : fronts;
}

/** Makes the streams before the services start (`afluente streams`), looks at them, and may publish events as a producer does. */
function operator(topology: Topology, events: readonly string[]): User {
  const {
    pipeline: { name },
    tasks,
  } = topology;
  const buckets = [tasksBucketOf(name), objectsBucketOf(name), leasesBucketOf(name), membersBucketOf(name)].map(
    bucketStream,
  );
  const streams = [...tasks.flatMap(madeStreams), ...buckets];
  return {
    name: 'operator',
    work: 'makes, looks at and deletes the streams, and may publish events: for `afluente streams`, `status`, `doctor`, `produce` and `probe`',
    publish: sorted([
      askForJetStream,
      askForRights,
      listStreams,
      ...streams.flatMap((stream) => [manage(stream), ...follow(stream), getFrom(stream), endConsumers(stream)]),
      ...ingestTasks(topology).map(({ front }) => lookAt(front.stream)),
      ...events,
    ]),
    subscribe: [`${inboxPrefixOf(name, 'operator')}.>`],
  };
}

function madeStreams(task: Task): string[] {
  const front = 'front' in task && task.front.own ? [task.front.stream] : [];
  return [...front, ...logsWrittenBy(task).map(streamOf)];
}

/** Subjects of our own front streams. */
function eventSubjects(topology: Topology): string[] {
  return sorted(
    ingestTasks(topology).flatMap(({ source: { front } }) => (front.kind === 'subjects' ? front.subjects : [])),
  );
}

function follower({ tasks }: Topology): User {
  const results = tasks
    .flatMap(logsWrittenBy)
    .filter(({ stage }) => stage === tableKinds.results.reads)
    .map(subjectOf);
  return {
    name: 'follower',
    work: 'follows window results as they are published',
    publish: [],
    subscribe: sorted(results),
  };
}

function sorted(subjects: readonly string[]): string[] {
  return [...new Set(subjects)].sort();
}

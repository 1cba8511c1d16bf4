/** The users of NATS that a pipeline needs, each with no more rights than its work takes: computed from the tasks, so that they fit. */
import { bucketStream, inboxPrefixOf, keySubject, leasesBucketOf, membersBucketOf, objectsBucketOf, streamOf, subjectOf, tasksBucketOf, type LogName } from '#frame/log-name';
import { serviceOf, type IngestTask, type Service, type Task, type Topology } from '#stages/topology';
import { askForJetStream, endConsumers, follow, getFrom, listStreams, lookAt, manage, trim } from './stream-rights.js';

export interface User {
  readonly name: string;
  /** What it does: the end of "this user …". */
  readonly work: string;
  /** Subjects, perhaps with wildcards; nothing else. */
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

const WORK: Readonly<Record<Service, string>> = {
  ingest: 'reads front streams and writes raw logs',
  validate: 'reads raw logs and writes validated ones',
  enrich: 'reads validated logs and writes enriched ones',
  aggregate: 'reads enriched logs and writes results',
  'lake-writer': 'reads logs and writes none: its output is the lake',
};
/** The subjects on which a client of NATS gets answers unless it is told otherwise. */
const USUAL_INBOX = '_INBOX.>';
/** Kinds of tasks that keep a state, and so snapshots of it in the objects bucket. */
const STATEFUL: ReadonlySet<Task['kind']> = new Set(['validate', 'window', 'merge']);

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
  const services = Object.keys(WORK) as Service[];
  const subjects = eventSubjects(topology);
  return {
    pipeline: topology.pipeline.name,
    users: [...services.map((service) => serviceUser(topology, service)), operator(topology, subjects), follower(topology)],
    producers: subjects.length > 0 ? [{ name: 'producer', work: 'publishes events', publish: subjects, subscribe: [USUAL_INBOX] }] : [],
    eventSubjects: subjects,
  };
}

function serviceUser(topology: Topology, service: Service): User {
  const { name } = topology.pipeline;
  const tasks = topology.tasks.filter((task) => serviceOf(task) === service);
  return {
    name: service,
    work: WORK[service],
    publish: sorted([askForJetStream, ...shareTasks(name, service, tasks), ...tasks.flatMap((task) => taskRights(topology, task))]),
    subscribe: [`${inboxPrefixOf(name, service)}.>`],
  };
}

/** What processes of a service need to share its tasks and to say how far they are. */
function shareTasks(pipeline: string, service: Service, tasks: readonly Task[]): string[] {
  const [board, leases, members] = [tasksBucketOf(pipeline), leasesBucketOf(pipeline), membersBucketOf(pipeline)];
  return [
    ...[board, leases, members].map(bucketStream).flatMap((stream) => [...follow(stream), getFrom(stream), endConsumers(stream)]),
    ...tasks.flatMap((task) => [keySubject(board, task.name), keySubject(leases, task.name)]),
    keySubject(members, `${service}.*`),
    lookAt(bucketStream(objectsBucketOf(pipeline))),
  ];
}

function taskRights(topology: Topology, task: Task): string[] {
  switch (task.kind) {
    case 'ingest':
      return ingestRights(topology.pipeline.name, task);
    case 'lake':
      return [...task.inputs.flatMap(readLog), ...lakeRights(topology, task)];
    default:
      return [...task.inputs.flatMap(readLog), ...writeLog(task.output), ...(STATEFUL.has(task.kind) ? stateRights(topology.pipeline.name, task) : [])];
  }
}

function ingestRights(pipeline: string, { source, front, outputs }: IngestTask): string[] {
  const own = front.own ? [trim(front.stream), endConsumers(front.stream)] : [];
  const objects = keySubject(objectsBucketOf(pipeline), `event.${source.name}.>`);
  return [...follow(front.stream), getFrom(front.stream), ...own, ...outputs.flatMap(writeLog), objects];
}

function readLog(log: LogName): string[] {
  const stream = streamOf(log);
  return [...follow(stream), endConsumers(stream)];
}

function writeLog(log: LogName): string[] {
  const stream = streamOf(log);
  return [subjectOf(log), lookAt(stream), getFrom(stream), trim(stream)];
}

/** Snapshots of a task's state, and its own log, which it reads again to rebuild the state. */
function stateRights(pipeline: string, { name, output }: Extract<Task, { output: LogName }>): string[] {
  const objects = objectsBucketOf(pipeline);
  return [...readLog(output), keySubject(objects, `${name}.>`), getFrom(bucketStream(objects)), trim(bucketStream(objects))];
}

/** A table needs the incarnation of its front stream; bronze moves large events from the bucket into the lake. */
function lakeRights({ pipeline, tasks }: Topology, { table }: Extract<Task, { kind: 'lake' }>): string[] {
  const source = table.stage === 'results' ? pipeline.windows[table.of]!.from : table.of;
  const fronts = tasks.flatMap((task) => (task.kind === 'ingest' && task.source.name === source ? [lookAt(task.front.stream)] : []));
  const objects = bucketStream(objectsBucketOf(pipeline.name));
  return table.stage === 'raw' ? [...fronts, getFrom(objects), trim(objects)] : fronts;
}

/** Makes the streams before the services start (`afluente streams`), looks at them, and may publish events as a producer does. */
function operator({ pipeline, tasks }: Topology, events: readonly string[]): User {
  const { name } = pipeline;
  const buckets = [tasksBucketOf(name), objectsBucketOf(name), leasesBucketOf(name), membersBucketOf(name)].map(bucketStream);
  const streams = [...tasks.flatMap(madeStreams), ...buckets];
  return {
    name: 'operator',
    work: 'makes, looks at and deletes the streams, and may publish events: for `afluente streams`, `status`, `produce` and `probe`',
    publish: sorted([
      askForJetStream,
      listStreams,
      ...streams.flatMap((stream) => [manage(stream), ...follow(stream), getFrom(stream), endConsumers(stream)]),
      ...tasks.flatMap((task) => (task.kind === 'ingest' ? [lookAt(task.front.stream)] : [])),
      ...events,
    ]),
    subscribe: [`${inboxPrefixOf(name, 'operator')}.>`],
  };
}

function madeStreams(task: Task): string[] {
  if (task.kind === 'ingest') return [...(task.front.own ? [task.front.stream] : []), ...task.outputs.map(streamOf)];
  return task.kind === 'lake' ? [] : [streamOf(task.output)];
}

/** Subjects of our own front streams. */
function eventSubjects({ tasks }: Topology): string[] {
  return sorted(tasks.flatMap((task) => (task.kind === 'ingest' && task.source.front.kind === 'subjects' ? task.source.front.subjects : [])));
}

function follower({ tasks }: Topology): User {
  const results = tasks.flatMap((task) => ('output' in task && task.output.stage === 'results' ? [subjectOf(task.output)] : []));
  return { name: 'follower', work: 'follows window results as they are published', publish: [], subscribe: sorted(results) };
}

function sorted(subjects: readonly string[]): string[] {
  return [...new Set(subjects)].sort();
}

/** Every metric of a service: its name, labels and meaning. `npm run generate` writes the table of docs/metrics.md from it. */

export interface MetricSpec<Label extends string = string> {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly labels: readonly Label[];
  readonly help: string;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

const stepSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const publishSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const commitSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const makerOf =
  (type: MetricSpec['type']) =>
  <Label extends string>(
    name: string,
    labels: readonly Label[],
    help: string,
    buckets?: readonly number[],
  ): MetricSpec<Label> => ({ type, name, labels, help, ...(buckets && { buckets }) });
const [counter, gauge, histogram] = [makerOf('counter'), makerOf('gauge'), makerOf('histogram')];

/** Label values are bounded by the pipeline file: `task`, `stage` (a task without its partition), `source`, `table`, `stream`; `reason` and `operation` are closed lists. */
export const metricSpecs = {
  ingestedEvents: counter('afluente_ingested_events_total', ['source'], 'Events laid into raw frames'),
  ingestedBytes: counter(
    'afluente_ingested_bytes_total',
    ['source'],
    'Bytes of these events as producers sent them, without those too large for a frame',
  ),
  frames: counter('afluente_frames_total', ['task'], 'Frames that steps have taken'),
  inputRows: counter('afluente_input_rows_total', ['task'], 'Rows of these frames'),
  rows: counter(
    'afluente_rows_total',
    ['task', 'section'],
    'Rows a task has put out, by section: ok, rejected, late, results, …',
  ),
  quarantined: counter(
    'afluente_quarantined_events_total',
    ['source', 'reason'],
    'Events sent to quarantine, by the reason that the table gives; late ones too',
  ),
  duplicates: counter('afluente_duplicate_events_total', ['source'], 'Events dropped because their id was seen before'),
  ahead: counter(
    'afluente_ahead_events_total',
    ['source'],
    'Accepted events whose time lies further beyond their arrival than the pipeline allows: time does not follow them',
  ),
  refusedFrames: counter(
    'afluente_refused_frames_total',
    ['task'],
    'Frames with rows that went to quarantine because a step failed on them',
  ),
  deaths: counter(
    'afluente_owner_deaths_total',
    ['task'],
    'Times this process took a task from one that had died, or was ended by its watchdog',
  ),
  recoveries: counter('afluente_recoveries_total', ['task'], 'Times a task started again by reading its last frame'),
  redelivered: counter(
    'afluente_redelivered_messages_total',
    ['task'],
    'Input messages taken again by the same process, after a recovery',
  ),
  appendFailures: counter(
    'afluente_append_failures_total',
    ['task', 'reason'],
    'Frames and commits not stored: conflict (another writer was first), full (the log had no room for 10 s), unclear (no or another answer)',
  ),
  snapshotFailures: counter(
    'afluente_snapshot_failures_total',
    ['task'],
    'Snapshots of a state that could not be stored',
  ),
  commits: counter('afluente_commits_total', ['table'], 'Commits to a table'),
  committedRows: counter('afluente_committed_rows_total', ['table'], 'Rows in these commits'),
  committedFiles: counter('afluente_committed_files_total', ['table'], 'Data files in these commits'),
  committedBytes: counter('afluente_committed_bytes_total', ['table'], 'Bytes of these files'),
  storeErrors: counter(
    'afluente_store_errors_total',
    ['operation'],
    "Requests to the lake's store that failed or got no clear answer",
  ),
  natsDisconnects: counter('afluente_nats_disconnects_total', [], 'Times the connection to NATS was lost'),
  stepSeconds: histogram('afluente_step_seconds', ['stage'], 'Duration of a step', stepSeconds),
  publishSeconds: histogram(
    'afluente_publish_seconds',
    ['stage'],
    'From sending a frame to its acknowledgement',
    publishSeconds,
  ),
  commitSeconds: histogram(
    'afluente_commit_seconds',
    ['table'],
    'Duration of a commit, its data files included',
    commitSeconds,
  ),
  storeSeconds: histogram(
    'afluente_store_request_seconds',
    ['operation'],
    "Duration of a request to the lake's store, repeats by its client included",
    commitSeconds,
  ),
  lagMessages: gauge(
    'afluente_lag_messages',
    ['task'],
    'Input messages (frames; for ingest messages of the front stream) that wait to be taken',
  ),
  lagEvents: gauge(
    'afluente_lag_events',
    ['task'],
    'Rows (for ingest: events) in these messages: counted where they are at hand, for the rest the mean of the newest ones',
  ),
  lagSeconds: gauge(
    'afluente_lag_seconds',
    ['task'],
    'Age of the oldest input message whose outcome is not stored; 0: nothing waits',
  ),
  halted: gauge('afluente_halted', ['task'], '1: the task stays down because going on would lose or repeat something'),
  suspect: gauge(
    'afluente_suspect',
    ['task'],
    '1: processes have died at the place where the task stands, so its input is rehearsed in a process of its own first',
  ),
  running: gauge('afluente_running', ['task'], '1: the task runs; 0: it waits or is halted'),
  waiting: gauge(
    'afluente_waiting_seconds',
    ['task', 'reason'],
    'How long the task has waited for what fails and is tried again: nats, front (the front stream of its source), store (of the lake), room (in a log, or within limits of NATS), other; absent: it does not wait',
  ),
  idle: gauge('afluente_idle', ['task'], '1: the newest output says that the input is quiet'),
  watermark: gauge(
    'afluente_watermark_timestamp_seconds',
    ['task'],
    'Watermark, seconds since the epoch; absent before the first event',
  ),
  uncommittedRows: gauge('afluente_uncommitted_rows', ['table'], 'Rows that wait in memory for the next commit'),
  lastCommit: gauge(
    'afluente_last_commit_timestamp_seconds',
    ['table'],
    'When this process last committed, or began to serve the table, seconds since the epoch',
  ),
  streamFill: gauge(
    'afluente_stream_fill_ratio',
    ['stream'],
    'Used share of the size of a front stream or log; at 1 it refuses messages',
  ),
  rememberedEntries: gauge(
    'afluente_remembered_entries',
    ['task'],
    'What the task must remember: event ids within the horizon; keys of the windows that are open or still take corrections',
  ),
  rememberedBytes: gauge('afluente_remembered_bytes', ['task'], 'Memory that this takes'),
  memoryLimit: gauge(
    'afluente_memory_limit_bytes',
    [],
    "Memory that the process may have: its container's, or the machine's",
  ),
  tasks: gauge('afluente_tasks', [], 'Tasks of this service in the pipeline, whoever runs them'),
  natsConnected: gauge('afluente_nats_connected', [], '1 while there is a connection to a NATS server'),
  pipelineInfo: gauge(
    'afluente_pipeline_info',
    ['version', 'logic'],
    'Always 1; version of the program, and of the pipeline folder (a hash of its content)',
  ),
} as const;

/** What a probe sends and where it must appear, from the command's options; or the mistake in them. */
import { columnOf, stepsOf } from '#pipeline/model/field-path';
import type { Source, Table } from '#pipeline/model/model';
import { subjectsOverlap } from '#pipeline/text/subjects';
import { loadPipelineFolder } from '#pipeline-folder/load';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { type FieldPlaces, fieldPlaces } from '#stages/raw/event-identity';
import { type CompiledPipeline, tableColumns } from '#stages/tables/compile-pipeline';
import { tableKinds } from '#stages/tables/table-kinds';
import { sourceOfTable } from '#stages/topology/topology';
import { UsageError } from '../run-command.js';
import { memberAt, probeEvent } from './probe-event.js';

export interface ProbeRequest {
  readonly pipeline: string;
  readonly subject: string;
  readonly table: string;
  /** JSON text of one event. */
  readonly event: string;
}

export interface ProbePlan {
  readonly pipelineName: string;
  readonly payload: string;
  readonly eventId: string;
  /** `Nats-Msg-Id` of the message. */
  readonly msgId: string;
  /** Column and text by which the table is known to hold the event. */
  readonly column: string;
  readonly value: string;
  readonly lakeUrl: string | undefined;
}

/** @throws PipelineError, UsageError */
export function planProbe(
  { pipeline: folder, subject, table: tableName, event }: ProbeRequest,
  nowMs: number,
  unique: string,
): ProbePlan {
  const { compiled } = PipelineSource.load(folder);
  const { pipeline } = compiled;
  const table = pipeline.lake.tables[tableName];
  if (!table)
    throw new UsageError(
      `the pipeline has no table ${tableName}. Name one of ${Object.keys(pipeline.lake.tables).join(', ')} with --table.`,
    );
  const { finds } = tableKinds[table.stage];
  if (!finds)
    throw new UsageError(
      `table ${tableName} holds results of a window, in which an event cannot be found. Name a table of its source with --table, e.g. silver_${sourceOfTable(pipeline, table).name}.`,
    );
  const source = sourceOfTable(pipeline, table);
  checkSubject(source, subject);
  if (finds === 'event id') checkEnvelope(source, tableName);
  const { ids, eventTime } = ownFields(source);
  const [idPath] = ids;
  const stepsIn = (path: string | undefined) => (path === undefined ? undefined : stepsOf(path));
  const fields = { id: stepsIn(idPath), time: stepsIn(eventTime) };
  const sent = probeEvent(objectOf(event), schemaOf(folder, source), fields, nowMs, unique);
  const payload = JSON.stringify(sent);
  const eventId =
    finds === 'event id' ? idBy(compiled, source, payload) : fields.id ? String(memberAt(sent, fields.id)) : '';
  const msgId = `probe-${unique}`;
  return {
    pipelineName: pipeline.name,
    payload,
    eventId,
    msgId,
    ...place(compiled, table, source, { eventId, msgId }),
    lakeUrl: pipeline.lake.url,
  };
}

function checkSubject({ name, front }: Source, subject: string): void {
  if (/[*>\s]/.test(subject))
    throw new UsageError(`"${subject}" is no subject to publish to. Give one without wildcards with --subject.`);
  const taken = front.kind === 'subjects' ? front.subjects : front.filters.length === 0 ? ['>'] : front.filters;
  if (!taken.some((pattern) => subjectsOverlap(pattern, subject)))
    throw new UsageError(
      `source ${name}, whose table this is, takes ${taken.join(', ')} and not ${subject}. Correct --subject or --table.`,
    );
}

/** An event in an envelope goes out as it was given. */
function ownFields(source: Source): Pick<FieldPlaces, 'ids' | 'eventTime'> {
  return source.envelope === undefined ? fieldPlaces(source) : { ids: [], eventTime: undefined };
}

function checkEnvelope({ name, envelope }: Source, table: string): void {
  if (envelope !== undefined)
    throw new UsageError(
      `events of ${name} stand in envelopes (${envelope}), so a probe cannot give one an id by which table ${table} has it. Name another with --table, e.g. bronze_${name}.`,
    );
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  const wrong = new UsageError('--event must be one JSON object, or @ and the path of a file that holds one.');
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event === 'object' && event !== null && !Array.isArray(event)) return event as Record<string, unknown>;
  } catch {
    throw wrong;
  }
  throw wrong;
}

function schemaOf(folder: string, { name }: Source): unknown {
  const read = loadPipelineFolder(folder);
  return read.ok ? read.loaded.contracts[name] : undefined;
}

/** The event id as it is stored: the contract may write it in another case. */
function idBy({ contracts }: CompiledPipeline, { name }: Source, payload: string): string {
  const read = contracts[name]!.read(payload);
  if (!read.ok)
    throw new UsageError(
      `the contract of ${name} refuses the event (with an id and time of its own: ${payload}): ${read.pointer || 'the event'} ${read.message} (${read.reason}). Correct --event.`,
    );
  return read.id ?? '';
}

/** Silver keeps the event id unless its SQL leaves it out; the other tables keep the message's. */
function place(
  compiled: CompiledPipeline,
  table: Table,
  source: Source,
  { eventId, msgId }: { eventId: string; msgId: string },
): { column: string; value: string } {
  if (tableKinds[table.stage].finds === 'message id') return { column: 'msg_id', value: msgId };
  const [idPath] = fieldPlaces(source).ids;
  if (idPath === undefined)
    throw new UsageError(
      `events of ${source.name} have no id of their own, so one cannot be found in table ${table.name}. Name another with --table, e.g. bronze_${source.name}.`,
    );
  const column = columnOf(idPath);
  if (tableColumns(compiled, table).some(({ name }) => name === column)) return { column, value: eventId };
  throw new UsageError(
    `table ${table.name} has no column ${column}, so the event cannot be found in it. Select it in the SQL, or name another table with --table, e.g. bronze_${source.name}.`,
  );
}

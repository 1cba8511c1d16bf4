/** Messages of a source whose events stand in envelopes, through ingest's search and validate's step, as plain data. */
import { HeaderBlock } from '#frame/header-block';
import { section } from '#frame/sections';
import type { InputFrame, StepLimits } from '#frame/step';
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import { messageRoles } from '#stages/raw/event-identity';
import { eventPlacer } from '#stages/raw/place-events';
import { RawFrame } from '#stages/raw/raw-columns';
import { validateStep } from '#stages/steps/validate-step';
import { type CompiledPipeline, compilePipeline } from '#stages/tables/compile-pipeline';
import { inputFrame, refusedIn, rowsIn, wide } from '#stages/topology/example-frames';

export interface Sent {
  readonly payload: string | Uint8Array;
  /** Lines of the block of headers. */
  readonly headers?: readonly string[];
}

/** When all messages arrive. */
export const arrivedMs = Date.UTC(2026, 0, 2);

/** @param source its keys but for contract and subjects, a line each @returns the problems of `lint` */
export function compileSource(source: readonly string[], contract: unknown): CompiledPipeline | string[] {
  const text = `apiVersion: afluente/v1\nname: p\nsources:\n  s:\n    subjects: [in.x]\n    contract: c.json\n${source
    .map((line) => `    ${line}\n`)
    .join('')}`;
  const parsed = parsePipeline(text, 'pipeline.yaml', () => JSON.stringify(contract));
  if (!parsed.ok) return parsed.problems.map(({ path, message, remedy }) => `${path} ${message}. ${remedy}`);
  const outcome = compilePipeline(parsed.pipeline, { s: contract }, {});
  return outcome.ok ? outcome.compiled : outcome.problems.map(({ message, remedy }) => `${message}. ${remedy}`);
}

/** The events that ingest finds, with their keys. */
export function placed(compiled: CompiledPipeline, message: Sent) {
  return placerOf(compiled)(message);
}

export function placerOf(compiled: CompiledPipeline) {
  const place = eventPlacer(compiled.pipeline.sources['s']!);
  return ({ payload, headers }: Sent) => {
    const block = headers && blockOf(headers);
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    return place(bytes, { subject: 'in.x', header: (name) => block?.textOf(Buffer.from(name)) });
  };
}

/** What ingest makes of the messages, as if all were of one partition. */
export function rawFrameOf(compiled: CompiledPipeline, messages: readonly Sent[]): InputFrame {
  const raw = new RawFrame();
  const place = placerOf(compiled);
  for (const [at, message] of messages.entries()) {
    const headers = message.headers && blockOf(message.headers);
    for (const [index, { bytes, start, end }] of place(message).entries())
      raw.append({
        ...{ bytes, start, end, index, subject: 'in.x', msgId: undefined, seq: at + 1, arrivedUs: arrivedMs * 1000 },
        // Ingest keeps those of a message beside its first event.
        headers: index === 0 ? headers : undefined,
      });
  }
  const { rows } = raw;
  return inputFrame(1, [section('raw', 'arrow', raw.take(), rows)]);
}

export function validateStepOf(compiled: CompiledPipeline) {
  const source = compiled.pipeline.sources['s']!;
  return validateStep({
    contract: compiled.contracts['s']!,
    message: source,
    ...messageRoles(source),
    outOfOrdernessMs: source.eventTime.outOfOrdernessMs,
    aheadMsMax: 60_000,
    latenessMs: null,
    horizonMs: 3_600_000,
  });
}

/** Rows of silver, what was refused, duplicates. @param limits small ones cut the output behind each row */
export function validated(compiled: CompiledPipeline, messages: readonly Sent[], limits: StepLimits = wide) {
  const frames = [rawFrameOf(compiled, messages)];
  const { output, duplicates } = validateStepOf(compiled)({ frames, state: undefined, limits });
  return { rows: rowsIn(output, 'ok'), refused: refusedIn(output, 'rejected'), duplicates };
}

export function compiledSource(source: readonly string[], contract: unknown): CompiledPipeline {
  const compiled = compileSource(source, contract);
  if (Array.isArray(compiled)) throw new Error(compiled.join('; '));
  return compiled;
}

function blockOf(lines: readonly string[]): HeaderBlock {
  const bytes = Buffer.from(`NATS/1.0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`);
  return new HeaderBlock().read(bytes, bytes.length);
}

/** What a log, a status or a probe may say of an error: never a text that may quote an event or a reference table. */
import { types } from 'node:util';
import { inSources } from '../stack/in-sources.js';

export interface SafeError {
  readonly name: string;
  /** Of foreign errors only that it is withheld. */
  readonly message: string;
  /** Code of a system or library error, e.g. ECONNREFUSED. */
  readonly code?: string;
  /** Places of the stack. */
  readonly at: readonly string[];
  readonly cause?: SafeError;
}

/** Errors whose messages are written in this repository and hold no values of rows: names of things, numbers, what to do. */
const ours: ReadonlySet<string> = new Set([
  'AppendError',
  'ConfigError',
  'CreateOnlyUnsupportedError',
  'HaltError',
  'LogFullError',
  'NatsLimitError',
  'NatsUnavailableError',
  'PipelineError',
  'ReferenceRefusedError',
  'RequiredColumnError',
  'RestartError',
  'StaleAnswerError',
  'StepError',
  'StreamSetupError',
  'SupersededError',
  'TableHaltedError',
]);
/** Ours too, but behind our words they may repeat what a library said. */
const quoting: ReadonlySet<string> = new Set([
  'ConformError',
  'ColumnsBuilderError',
  'DataFrameError',
  'FrameReadError',
  'SqlError',
]);
/** What polars says in front of the values it quotes: names, types and numbers. */
const harmless =
  /^(?:conversion from `[^`]{1,60}` to `[^`]{1,60}` failed in column '[^']*' for \d+ out of \d+ values|(?:not found: )?unable to find column "[^"]*"|decimal precision \d+ can't fit values with \d+ digits|invalid or out-of-range datetime|out-of-range date)/;
/** Of the store: their messages hold keys, and a key holds the values of partition columns. */
const ofStore: ReadonlySet<string> = new Set(['StoreError', 'AmbiguousWriteError']);
/** Of the client of NATS, which sees no more of a message than its subject. */
const ofNats: ReadonlySet<string> = new Set([
  'AuthorizationError',
  'ClosedConnectionError',
  'ConnectionError',
  'ConsumerNotFoundError',
  'DrainingConnectionError',
  'JetStreamApiError',
  'JetStreamError',
  'JetStreamNotEnabled',
  'JetStreamStatusError',
  'NoRespondersError',
  'PermissionViolationError',
  'ProtocolError',
  'RequestError',
  'StreamNotFoundError',
  'TimeoutError',
  'UserAuthenticationExpiredError',
]);
const placesMax = 8;
const usualCausesMax = 3;

export function safeError(thrown: unknown, causesMax = usualCausesMax): SafeError {
  const error = errorOf(thrown);
  const { name, cause } = error;
  const code = codeOf(error);
  return {
    name,
    message: messageOf(error),
    ...(code !== undefined && { code }),
    at: placesOf(error),
    ...(cause !== undefined && causesMax > 0 && { cause: safeError(cause, causesMax - 1) }),
  };
}

/** Errors of the language: our mistake, or a value that nobody thought of. */
const ofLanguage: ReadonlySet<string> = new Set([
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
]);
/** Code of all that native code throws. */
const nativeCode = 'GenericFailure';

/** Whether what was read is to blame: the same input would fail again. What the network, NATS or a store did is not. */
export function isOfInput(thrown: unknown): boolean {
  const error = errorOf(thrown);
  const code = codeOf(error);
  return (
    quoting.has(error.name) ||
    error.name === 'RequiredColumnError' ||
    error.name === 'StepError' ||
    (ofLanguage.has(error.name) && code === undefined) ||
    code === nativeCode
  );
}

/** Whether the lake's store has failed. */
export function isOfStore({ name }: Error): boolean {
  return ofStore.has(name) || name === 'CreateOnlyUnsupportedError';
}

/** Whether NATS has failed, or said no. */
export function isOfNats({ name }: Error): boolean {
  return ofNats.has(name) || name === 'StreamSetupError' || name === 'StaleAnswerError' || name === 'AppendError';
}

/** One line of it. */
export function reasonOf(thrown: unknown): string {
  return messageOf(errorOf(thrown));
}

/** Whether the message, or the first part of it, was written here. */
export function isOurs(thrown: unknown): boolean {
  return quoting.has(errorOf(thrown).name) || standsForItself(thrown);
}

/** Whether the message was written here: it says what to do, and needs no stack. */
export function standsForItself(thrown: unknown): boolean {
  const { name } = errorOf(thrown);
  return ours.has(name) || ofStore.has(name);
}

/** What was thrown, as an error; native code throws errors of another realm. */
export function errorOf(thrown: unknown): Error {
  return types.isNativeError(thrown) ? thrown : new Error(String(thrown));
}

/** Lines of a stack that name a place; the others repeat the message. */
export function placesOf({ stack = '' }: Error): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, placesMax)
    .map((line) => inSources(line.trim()));
}

function messageOf(error: Error): string {
  const { name, message } = error;
  if (ours.has(name) || ofNats.has(name)) return message;
  if (ofStore.has(name)) return withoutPartitionValues(message);
  if (quoting.has(name)) return withoutQuotes(error);
  const code = codeOf(error);
  return `${name}${code === undefined ? '' : ` ${code}`} (its message is withheld: it may quote data)`;
}

/** Our words, and of what was quoted behind them as much as has no values. */
function withoutQuotes({ message, cause }: Error): string {
  if (cause === undefined) return message.split('\n')[0]!;
  const quoted = errorOf(cause);
  const at = [String(quoted).split('\n')[0]!, quoted.message.trim()]
    .map((text) => message.indexOf(text))
    .find((found) => found >= 0);
  const own = at === undefined ? '' : message.slice(0, at);
  if (quoting.has(quoted.name)) return `${own}${withoutQuotes(quoted)}`;
  const said = harmless.exec(quoted.message.trim())?.[0];
  return `${own}${said === undefined ? `${quoted.name} (its message is withheld: it may quote data)` : `${said} (values are withheld)`}`;
}

/** `silver/state=SP/part-0.parquet` without the value. */
function withoutPartitionValues(text: string): string {
  return text.replace(/\/([^/\s=]+)=[^/]*(?=\/)/g, '/$1=…');
}

/** Codes are words of a program; anything else could be data. */
function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'number' || (typeof code === 'string' && /^\w{1,60}$/.test(code)) ? String(code) : undefined;
}

/** What a log, a status or a probe may say of an error: never a text that may quote an event or a reference table. */
import { types } from 'node:util';

export interface TellableError {
  readonly name: string;
  /** Of foreign errors only that it is withheld. */
  readonly message: string;
  /** Code of a system or library error, e.g. ECONNREFUSED. */
  readonly code?: string;
  /** Places of the stack. */
  readonly at: readonly string[];
  readonly cause?: TellableError;
}

/** Errors whose messages are written in this repository and hold no values of rows: names of things, numbers, what to do. */
const ours: ReadonlySet<string> = new Set([
  'AppendError', 'ConfigError', 'CreateOnlyUnsupportedError', 'HaltError', 'LogFullError', 'MissingObjectError', 'NatsUnavailableError', 'PipelineError', 'ReferenceRefusedError',
  'StaleAnswerError', 'StepError', 'StreamSetupError', 'SupersededError', 'TableHaltedError',
]);
/** Of the store: their messages hold keys, and a key holds the values of partition columns. */
const ofStore: ReadonlySet<string> = new Set(['StoreError', 'AmbiguousWriteError']);
/** Of the client of NATS, which sees no more of a message than its subject. */
const ofNats: ReadonlySet<string> = new Set([
  'AuthorizationError', 'ClosedConnectionError', 'ConnectionError', 'ConsumerNotFoundError', 'DrainingConnectionError', 'JetStreamApiError', 'JetStreamError', 'JetStreamNotEnabled', 'JetStreamStatusError',
  'NoRespondersError', 'PermissionViolationError', 'ProtocolError', 'RequestError', 'StreamNotFoundError', 'TimeoutError', 'UserAuthenticationExpiredError',
]);
const PLACES_MAX = 8;
const CAUSES_MAX = 3;

export function tellable(thrown: unknown, causesMax = CAUSES_MAX): TellableError {
  const error = errorOf(thrown);
  const { name, cause } = error;
  const code = codeOf(error);
  return {
    name,
    message: messageOf(error),
    ...(code !== undefined && { code }),
    at: placesOf(error),
    ...(cause !== undefined && causesMax > 0 && { cause: tellable(cause, causesMax - 1) }),
  };
}

/** One line of it. */
export function reasonOf(thrown: unknown): string {
  return tellable(thrown, 0).message;
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
  return stack.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, PLACES_MAX).map((line) => line.trim());
}

function messageOf(error: Error): string {
  const { name, message } = error;
  if (ours.has(name) || ofNats.has(name)) return message;
  if (ofStore.has(name)) return withoutPartitionValues(message);
  const code = codeOf(error);
  return `${name}${code === undefined ? '' : ` ${code}`} (its message is withheld: it may quote data)`;
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

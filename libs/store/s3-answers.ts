/** What an error of the AWS SDK means for the object that was asked for. */
import { errorCode, errorName } from './error-code.js';

export type S3Failure =
  | { readonly kind: 'exists' }
  /** Nothing was done, and the same may be sent again. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unclear' };

/** Failures before any byte of the request left this machine. */
const unsent = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)\b/;

/** Amazon S3, "Error responses": our clock is wrong. The SDK signs by the server's time after the first such answer. */
const skewed: ReadonlySet<string> = new Set(['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture']);

/**
 * Amazon S3 "conditional requests": 412 says that the key exists, 409 that another conditional write of the key was
 * under way and this one must be sent again. A 5xx, a timeout and a broken connection say nothing either way.
 */
export function classifyS3Failure(error: unknown): S3Failure {
  const status = httpStatus(error);
  if (status === 412) return { kind: 'exists' };
  if (status === 409 || (status === 403 && skewed.has(errorName(error) ?? ''))) return { kind: 'conflict' };
  if (status === 404 && errorName(error) !== 'NoSuchBucket') return { kind: 'absent' };
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return { kind: 'refused' };
  if (neverSent(error)) return { kind: 'refused' };
  return { kind: 'unclear' };
}

function httpStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

function neverSent(error: unknown): boolean {
  // The SDK may wrap a system error so that only its text is left.
  return unsent.test(`${errorCode(error)} ${String(error)}`) || errorName(error) === 'CredentialsProviderError';
}

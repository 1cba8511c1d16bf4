/** The errors of the JetStream API that the model answers with, under the codes of nats-server's errors.json. */
import { JetStreamApiError } from '@nats-io/jetstream';

export interface ApiError {
  /** As of HTTP. */
  readonly code: number;
  readonly err_code: number;
  readonly description: string;
}

export const streamNotFound: ApiError = { code: 404, err_code: 10059, description: 'stream not found' };
export const noMessageFound: ApiError = { code: 404, err_code: 10037, description: 'no message found' };
export const nameInUse: ApiError = {
  code: 400,
  err_code: 10058,
  description: 'stream name already in use with a different configuration',
};
export const subjectsOverlap: ApiError = {
  code: 400,
  err_code: 10065,
  description: 'subjects overlap with an existing stream',
};
export const storeIsFull: ApiError = { code: 503, err_code: 10077, description: 'maximum bytes exceeded' };
export const unavailable: ApiError = {
  code: 503,
  err_code: 10008,
  description: 'JetStream system temporarily unavailable',
};
/** What a cluster since 2.11 says when it cannot tell the sequence. */
export const wrongSequenceUnknown: ApiError = { code: 400, err_code: 10164, description: 'wrong last sequence' };

export function wrongSequence(last: number): ApiError {
  return { code: 400, err_code: 10071, description: `wrong last sequence: ${last}` };
}

/** As the client throws it. */
export function thrown(error: ApiError): JetStreamApiError {
  return new JetStreamApiError(error);
}

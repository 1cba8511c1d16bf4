/** Which answers of an S3 server are clear, and which are not. */
import { describe, expect, test } from '@jest/globals';
import { classifyS3Failure } from './s3-answers.js';

const answer = (httpStatusCode: number, name = 'Error'): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
const kindOf = (error: unknown): string => classifyS3Failure(error).kind;

describe('a failed S3 request', () => {
  test('is clear when the server said what it did', () => {
    expect(kindOf(answer(412, 'PreconditionFailed'))).toBe('exists');
    expect(kindOf(answer(409, 'ConditionalRequestConflict'))).toBe('conflict');
    expect(kindOf(answer(403, 'RequestTimeTooSkewed'))).toBe('conflict');
    expect(kindOf(answer(404, 'NoSuchKey'))).toBe('absent');
    expect(kindOf(answer(404, 'NoSuchBucket'))).toBe('refused');
    expect(kindOf(answer(403, 'AccessDenied'))).toBe('refused');
  });

  test('is clear when nothing was sent', () => {
    expect(kindOf(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toBe('refused');
    expect(kindOf(new Error('AWS SDK error wrapper for Error: getaddrinfo ENOTFOUND s3.example'))).toBe('refused');
    expect(kindOf(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }))).toBe('refused');
  });

  test('is unclear for server errors, throttling, timeouts and broken connections', () => {
    for (const status of [500, 502, 503, 504, 408, 429]) expect(kindOf(answer(status))).toBe('unclear');
    expect(kindOf(Object.assign(new Error('reset'), { code: 'ECONNRESET', $metadata: { attempts: 1 } }))).toBe(
      'unclear',
    );
    expect(kindOf(Object.assign(new Error('slow'), { name: 'TimeoutError' }))).toBe('unclear');
    expect(kindOf('gone')).toBe('unclear');
  });
});

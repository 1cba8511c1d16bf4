/** Each reason why a connect fails becomes a sentence with the variable to set, and without secrets. */
import { describe, expect, test } from '@jest/globals';
import { connectProblem } from './connect-problem.js';

function failed({
  name = 'Error',
  code,
  message = 'words',
  cause,
}: {
  name?: string;
  code?: string;
  message?: string;
  cause?: Error;
}): Error {
  return Object.assign(new Error(message, { cause }), { name, ...(code !== undefined && { code }) });
}

describe('a failed connect', () => {
  test.each([
    [
      failed({ name: 'AuthorizationError', message: 'Authorization Violation' }),
      'refuses us (Authorization Violation). Set AFL_NATS_CREDS or AFL_NATS_NKEY',
    ],
    [failed({ name: 'UserAuthenticationExpiredError' }), 'refuses us'],
    [failed({ code: 'SELF_SIGNED_CERT_IN_CHAIN' }), 'Set AFL_NATS_TLS_CA'],
    [
      failed({ name: 'ConnectionError', cause: failed({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }) }),
      'Set AFL_NATS_TLS_CA',
    ],
    [
      failed({ code: 'CERT_HAS_EXPIRED' }),
      "is out of date, or the clock of this machine is wrong (words). Renew the server's certificate.",
    ],
    [failed({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'Use a name of the server that its certificate has'],
    [failed({ code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' }), 'Set AFL_NATS_TLS_CERT and AFL_NATS_TLS_KEY'],
    [
      failed({ name: 'ConnectionError', message: "server does not support 'tls'" }),
      'offers no TLS, and we insist on it',
    ],
    [failed({ code: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' }), "the key must be the certificate's"],
    [failed({ name: 'TimeoutError' }), 'does not answer, or not in time'],
    [failed({ code: 'EPIPE' }), 'does not answer, or not in time'],
    [failed({ name: 'ConnectionError', cause: failed({ code: 'ECONNREFUSED' }) }), 'no NATS server answers at'],
  ])('%s: %s', (error, words) => {
    const told = connectProblem('nats://ana:s3cret@a:4222', error);
    expect(told).toContain(words);
    expect(told).not.toContain('s3cret');
  });
});

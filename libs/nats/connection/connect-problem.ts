/** From the error of a failed connect to a message that says what to set. */
import { maskServerUrls } from './server-urls.js';

/** The server's certificate is signed by nobody we trust (codes of OpenSSL). */
const untrusted = /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT|CERT_SIGNATURE_FAILURE/;
const outOfDate = /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/;
const otherName = /ERR_TLS_CERT_ALTNAME_INVALID/;
/** Up to TLS 1.2: the server asks for a certificate that we did not send, or refuses ours (TLS alerts, RFC 5246 section 7.2). */
const certificateWanted =
  /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN/;
const noTls = /does not support 'tls'/;
const refusedNames = /^(AuthorizationError|UserAuthenticationExpiredError)$/;
/**
 * Nobody answers; or a refusal was lost: the server closes a connection on which more of ours is under way than it has read, which may drop its
 * last words, and with TLS 1.3 it judges our certificate when we believe to be connected. The client only sees a close, and waits on.
 */
const silentNames = /^(TimeoutError|EPIPE|ECONNRESET)$/;
/** Node could not use a file of ours, e.g. a key that does not belong to its certificate. */
const badFile = /ERR_OSSL|KEY_VALUES_MISMATCH|PEM/;

/** @param url as the user gave it; its credentials are not shown */
export function connectProblem(url: string, error: Error): string {
  const servers = maskServerUrls(url);
  const [names, text] = [namesOf(error), error.message];
  if (names.some((name) => refusedNames.test(name)))
    return `NATS at ${servers} refuses us (${text}). Set AFL_NATS_CREDS or AFL_NATS_NKEY to the file of a user that the server knows, or give the user and password in the address: nats://user:password@host.`;
  const codes = names.join(' ');
  if (untrusted.test(codes))
    return `the certificate of NATS at ${servers} is signed by an authority that we do not know (${text}). Set AFL_NATS_TLS_CA to the file with the authority's certificate.`;
  if (outOfDate.test(codes))
    return `the certificate of NATS at ${servers} is out of date, or the clock of this machine is wrong (${text}). Renew the server's certificate.`;
  if (otherName.test(codes))
    return `the certificate of NATS at ${servers} is for another name (${text}). Use a name of the server that its certificate has, in --nats or AFL_NATS_URL.`;
  if (certificateWanted.test(codes))
    return `NATS at ${servers} wants a certificate of ours that it trusts (${text}). Set AFL_NATS_TLS_CERT and AFL_NATS_TLS_KEY to a valid one that the server's authority has signed.`;
  if (noTls.test(text))
    return `NATS at ${servers} offers no TLS, and we insist on it: AFL_NATS_TLS_CA or AFL_NATS_TLS_CERT is set, or the address begins with tls://. Configure TLS on the server, or leave these out.`;
  if (badFile.test(`${codes} ${text}`))
    return `the certificate or key for NATS cannot be used (${text}). AFL_NATS_TLS_CA, AFL_NATS_TLS_CERT and AFL_NATS_TLS_KEY name PEM files; the key must be the certificate's.`;
  if (names.some((name) => silentNames.test(name)))
    return `NATS at ${servers} does not answer, or not in time. Check the address and the network, then who we are, for a refusal is not always heard: AFL_NATS_CREDS or AFL_NATS_NKEY of a user that the server knows; where it asks for certificates, set AFL_NATS_TLS_CERT and AFL_NATS_TLS_KEY to one that the server's authority has signed.`;
  return `no NATS server answers at ${servers}. Start one with JetStream (nats-server -js) or set --nats / AFL_NATS_URL.`;
}

/** Names and codes of an error and of what caused it. */
function namesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { name = '', code = '', cause } = error as { name?: string; code?: string; cause?: unknown };
  return [name, code, ...namesOf(cause)];
}

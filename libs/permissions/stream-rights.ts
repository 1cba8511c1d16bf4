/**
 * What a user must be allowed to publish for each thing it does with a stream: the subjects of JetStream's API (NATS ADR-1; the wire
 * of @nats-io/jetstream 3.4, which creates consumers without a name under the stream's own subject).
 */
const api = '$JS.API';

/** Whether there is JetStream at all: every connection asks. */
export const askForJetStream = `${api}.INFO`;

/** Which streams take a subject. */
export const listStreams = `${api}.STREAM.NAMES`;

/** Asks the server which rights one has oneself. */
export const askForRights = '$SYS.REQ.USER.INFO';

export function lookAt(stream: string): string {
  return `${api}.STREAM.INFO.${stream}`;
}

/** Reads single messages. */
export function getFrom(stream: string): string {
  return `${api}.STREAM.MSG.GET.${stream}`;
}

/** Deletes messages, up to a sequence or of a subject: the server does not tell the two apart. */
export function trim(stream: string): string {
  return `${api}.STREAM.PURGE.${stream}`;
}

/** Reads on with consumers of its own, which end by themselves. */
export function follow(stream: string): string[] {
  return [lookAt(stream), `${api}.CONSUMER.CREATE.${stream}`, `${api}.CONSUMER.MSG.NEXT.${stream}.*`];
}

/** Reads on by a consumer that stays, and acknowledges. @param consumer its name */
export function acknowledge(stream: string, consumer: string): string[] {
  return [
    `${api}.CONSUMER.CREATE.${stream}.${consumer}`,
    // A single filter is a part of the subject.
    `${api}.CONSUMER.CREATE.${stream}.${consumer}.>`,
    // Of several filters, the client asks in the older way.
    `${api}.CONSUMER.DURABLE.CREATE.${stream}.${consumer}`,
    `${api}.CONSUMER.INFO.${stream}.${consumer}`,
    `$JS.ACK.${stream}.${consumer}.>`,
  ];
}

/** Ends consumers of the stream: its own when it closes one, and others' too. */
export function endConsumers(stream: string): string {
  return `${api}.CONSUMER.DELETE.${stream}.*`;
}

/** Makes, changes, backs up and deletes the stream. */
export function manage(stream: string): string {
  return `${api}.STREAM.*.${stream}`;
}

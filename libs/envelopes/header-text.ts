/** The text that a header of a CloudEvent in binary mode stands for (NATS Protocol Binding for CloudEvents, section 3.1.3.2). */
import { Buffer, isUtf8 } from 'node:buffer';

const quoted = /^"(.*)"$/s;
const escaped = /\\(.)/gs;
const percentBytes = /(?:%[0-9a-f]{2})+/gi;

/** Quotes around it are taken off, then percent-encoded bytes are decoded, once. Undefined when these are no UTF-8. A `%` without two digits stands for itself. */
export function headerText(value: string): string | undefined {
  const trimmed = value.trim();
  const [, inner] = quoted.exec(trimmed) ?? [];
  const text = inner === undefined ? trimmed : inner.replace(escaped, '$1');
  if (!text.includes('%')) return text;
  let isText = true;
  const decoded = text.replace(percentBytes, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
    isText &&= isUtf8(bytes);
    return bytes.toString('utf8');
  });
  return isText ? decoded : undefined;
}

/** CloudEvents in structured and binary mode, for specs: a contract of their data, and the messages that carry them. */
import { compiledSource, type Sent } from './envelope-source.js';

export const contract = {
  type: 'object',
  required: ['order', 'total'],
  properties: {
    order: { type: 'string' },
    total: { type: ['string', 'number'], format: 'decimal', 'x-precision': 38, 'x-scale': 20 },
    big: { type: 'number', format: 'decimal', 'x-precision': 38, 'x-scale': 0 },
    more: {},
  },
};
export const source = ['envelope: cloudevents', 'key: order'];
export const compiled = compiledSource(source, contract);
export const time = '2026-01-01T23:59:00.5Z';

type Attributes = Readonly<Record<string, unknown>>;

export function attributes(id: string, others: Attributes = {}): Attributes {
  return { specversion: '1.0', id, source: '/shop', type: 'order.created', time, ...others };
}

export const data = { order: 'o1', total: '12.50' };

export function structured(id: string, others: Attributes = {}, contentType?: string): Sent {
  const payload = JSON.stringify({ ...attributes(id), data, ...others });
  return { payload, ...(contentType !== undefined && { headers: [`Content-Type: ${contentType}`] }) };
}

export function binary(id: string, others: Attributes = {}, payload: string = JSON.stringify(data)): Sent {
  const headers = Object.entries(attributes(id, others)).flatMap(([name, value]) =>
    value === null ? [] : [`ce-${name}: ${String(value)}`],
  );
  return { payload, headers };
}

export function batch(...ids: readonly string[]): Sent {
  const payload = `[${ids.map((id) => structured(id).payload as string).join(' , ')}]`;
  return { payload, headers: ['content-type: application/cloudevents-batch+json; charset=utf-8'] };
}

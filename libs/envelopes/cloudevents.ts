/**
 * CloudEvents 1.0: attributes around `data`. In structured mode an event is one JSON object (JSON Event Format), many of them an array; in binary mode the
 * attributes are headers, and the payload is the data (NATS Protocol Binding for CloudEvents).
 */
import {
  type Envelope,
  type EnvelopeColumn,
  type EnvelopeValue,
  type HeaderOf,
  type Members,
  memberOf,
  type Unopened,
  unopened,
} from './envelope.js';
import { headerText } from './header-text.js';

/** Attributes that are columns. The others are in bronze, and extensions columns where `headers` names them. */
const attributes = [
  { name: 'id', is: 'text', required: true },
  { name: 'source', is: 'text', required: true },
  { name: 'type', is: 'text', required: true },
  { name: 'time', is: 'time', required: false },
  { name: 'subject', is: 'text', required: false },
  { name: 'dataschema', is: 'text', required: false },
] as const satisfies readonly EnvelopeColumn[];

const prefix = 'ce-';
const columnPrefix = 'ce_';
const version = '1.0';
/** The binding names `application/cloudevents`, the HTTP binding and most producers say which format follows. */
const structured = /^application\/cloudevents(-batch)?(\+json)?$/;
const anyFormat = 'application/cloudevents';
const jsonData = /^[^/]+\/([^/]*\+)?json$/;

/** Where the attributes stand: how one is read, called and pointed to. */
interface Place {
  /** Undefined: it is not there. */
  read(name: string): string | undefined | Unopened;
  called(name: string): string;
  pointer(name: string): string;
}

const inPayloadPointers = attributes.map(({ name }) => `/${name}`);
const inHeadersPointers = attributes.map(() => '');

export const cloudevents: Envelope = {
  columns: attributes.map(({ name, ...column }) => ({ name: columnPrefix + name, ...column })),
  id: ['ce_source', 'ce_id'],
  eventTime: 'ce_time',
  headerPrefix: prefix,
  emptyMeans: 'the payload is empty: a CloudEvent must have data, or the contract has nothing to describe',
  inHeaders(headerOf) {
    const contentType = mediaType(headerOf('content-type') ?? '');
    if (structured.test(contentType)) return undefined;
    if (contentType.startsWith(anyFormat))
      return unopened('', 'is a CloudEvent in another format than JSON: send it as application/cloudevents+json');
    if (headerOf(`${prefix}specversion`) === undefined) return undefined;
    const place = headerPlace(headerOf);
    const declared = headerOf(`${prefix}datacontenttype`) === undefined ? contentType : undefined;
    const values = valuesOf(place, declared);
    if (!Array.isArray(values)) return values;
    return { path: [], values, pointers: inHeadersPointers, attributeOf: (name) => textOr(place.read(name)) };
  },
  placeOf: (column) => [column === undefined ? 'data' : column.slice(columnPrefix.length)],
  inPayload(root) {
    const place = memberPlace(root);
    const values = valuesOf(place);
    if (!Array.isArray(values)) return values;
    const data = memberOf(root, 'data');
    if (data === undefined) return withoutData(root);
    if (typeof data === 'string')
      return unopened('/data', 'is a text: send JSON data as the object that it is, not as a text that holds one');
    return {
      path: ['data'],
      values,
      pointers: inPayloadPointers,
      attributeOf: (name) => canonical(memberOf(root, name)),
    };
  },
};

/** @param contentType of the message, where it may say of what type the data is */
function valuesOf(place: Place, contentType = ''): EnvelopeValue[] | Unopened {
  const specversion = place.read('specversion');
  if (specversion === undefined)
    return unopened(
      '',
      'is no CloudEvent: it has neither the member specversion nor its message the header ce-specversion. Send it as one, or leave the key envelope out',
    );
  if (specversion !== version)
    return isText(specversion)
      ? unopened(place.pointer('specversion'), `${place.called('specversion')} must be ${version}`)
      : specversion;
  const values: EnvelopeValue[] = [];
  for (const { name, required } of attributes) {
    const value = place.read(name);
    if (value !== undefined && !isText(value)) return value;
    if (required && !value)
      return unopened(
        value === undefined ? '' : place.pointer(name),
        `${place.called(name)} is missing or empty: CloudEvents demands it of every event`,
      );
    values.push(value || null);
  }
  return dataMistake(place, contentType) ?? values;
}

/** Data without a declared type is JSON (JSON Event Format, section 3.1). */
function dataMistake(place: Place, contentType: string): Unopened | undefined {
  const declared = place.read('datacontenttype') ?? contentType;
  if (!isText(declared)) return declared;
  if (declared === '' || jsonData.test(mediaType(declared))) return undefined;
  return unopened(
    place.pointer('datacontenttype'),
    `${place.called('datacontenttype')} says that the data is no JSON: a contract describes JSON data only, e.g. application/json`,
  );
}

function withoutData(root: Members): Unopened {
  return memberOf(root, 'data_base64') === undefined
    ? unopened('', 'the event has no data, or null there: send a JSON object as data')
    : unopened('/data_base64', 'the data is binary: send JSON as the member data');
}

function memberPlace(root: Members): Place {
  return {
    read(name) {
      const value = memberOf(root, name);
      if (value === undefined || typeof value === 'string') return value;
      return unopened(`/${name}`, `the attribute ${name} must be a text`);
    },
    called: (name) => `the attribute ${name}`,
    pointer: (name) => `/${name}`,
  };
}

function headerPlace(headerOf: HeaderOf): Place {
  return {
    read(name) {
      const value = headerOf(prefix + name);
      if (value === undefined) return undefined;
      return (
        headerText(value) ?? unopened('', `the header ${prefix}${name} has percent-encoded bytes that are not UTF-8`)
      );
    },
    called: (name) => `the header ${prefix}${name}`,
    pointer: () => '',
  };
}

/** The text of an attribute of any type (CloudEvents, section 3.1). */
function canonical(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : undefined;
}

function textOr(value: string | undefined | Unopened): string | undefined {
  return isText(value) ? value : undefined;
}

function mediaType(text: string): string {
  return (text.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function isText(value: string | undefined | Unopened): value is string {
  return typeof value === 'string';
}

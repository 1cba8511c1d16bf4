/** From a sample to a first pipeline: its file, its contract, and what was seen. What comes out has passed the checks of `lint`. */
import { compileContract } from '#contract/columns/compile-contract';
import { Contract } from '#contract/columns/contract';
import { type EnvelopeName, envelopeOf } from '#envelopes/all-envelopes';
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import { renderProblems } from '#pipeline/text/problem';
import { differentIn, timesOf } from '../kinds/evidence.js';
import { kindOf } from '../kinds/kind-of.js';
import type { Profile } from '../profile/profile.js';
import type { Seen } from '../profile/sample.js';
import {
  type Candidate,
  canBeEventTime,
  candidatesIn,
  canIdentify,
  isUnique,
  steadyIn,
  uniqueness,
} from './candidates.js';
import { namesLeftOut } from './column-names.js';
import { schemaText } from './json-lines.js';
import { type Role, roles, whyNone } from './near-misses.js';
import { type Choice, type Chosen, pipelineText } from './pipeline-text.js';
import { contractOf, type Schema } from './schema-of.js';

const namesShown = 8;

export interface Asking {
  /** Of the pipeline and its source. */
  readonly name: string;
  /** What the events came from, for people. */
  readonly sample: string;
  /** Properties that the user has named. */
  readonly named: Readonly<Partial<Record<Role, string>>>;
}

export interface Draft {
  readonly pipeline: string;
  /** Path of the contract in the pipeline's folder. */
  readonly contractPath: string;
  readonly contract: string;
  readonly choice: Choice;
  readonly columns: number;
  /** What a reader of the draft should know. */
  readonly notes: readonly string[];
}

export type Drafted =
  | { readonly ok: true; readonly draft: Draft }
  /** What keeps the sample from being events of a pipeline. */
  | { readonly ok: false; readonly reasons: readonly string[] };

type Possible = Readonly<Record<Role, readonly Candidate[]>>;

export function firstDraft(seen: Seen, asking: Asking): Drafted {
  const possible = possibleRoles(seen, asking);
  if ('reasons' in possible) return { ok: false, reasons: possible.reasons };
  return { ok: true, draft: draftOf(seen, asking, possible) };
}

function possibleRoles(
  { profile, envelope }: Seen,
  { name, named }: Asking,
): Possible | { readonly reasons: readonly string[] } {
  const found = candidatesIn(profile, name);
  const reasons: string[] = [];
  const of = (role: Role): readonly Candidate[] => {
    const asked = named[role];
    if (asked === undefined) return found[role];
    const candidate = namedCandidate(profile, role, asked);
    if (typeof candidate !== 'string') return [candidate];
    reasons.push(candidate);
    return [];
  };
  const possible = { id: of('id'), key: of('key'), eventTime: of('eventTime') };
  for (const role of neededOf(envelope, possible))
    if (possible[role].length === 0 && named[role] === undefined) reasons.push(whyNone(role, profile, name));
  reasons.push(...clashesIn(profile, envelope));
  return reasons.length > 0 ? { reasons } : possible;
}

function clashesIn({ root }: Profile, envelope: EnvelopeName | undefined): string[] {
  const taken = new Set(envelopeOf(envelope)?.columns.map(({ name }) => name));
  return [...root.properties.keys()]
    .filter((name) => taken.has(name.toLowerCase()))
    .map(
      (name) =>
        `the property ${name} has the name of a column that ${envelope} adds: let the producers call it otherwise, or take the events as they are with --envelope none`,
    );
}

/** Roles that only a property can have. */
function neededOf(envelope: EnvelopeName | undefined, { id }: Possible): readonly Role[] {
  const around = envelopeOf(envelope);
  if (!around) return ['id', 'eventTime'];
  return around.id.length === 0 && id.length === 0 ? ['key'] : [];
}

/** @returns a sentence when it cannot be */
function namedCandidate(profile: Profile, role: Role, path: string): Candidate | string {
  const one = [...steadyIn(profile.root, profile)].find((steady) => steady.path === path);
  const { option } = roles[role];
  if (!one) return `${option} ${path}: no property of this name is in every event without being null`;
  const fits = role === 'eventTime' ? canBeEventTime(one) : canIdentify(one, profile.isTextOnly);
  if (!fits) return `${option} ${path}: ${roles[role].needs.split('. ')[1]}`;
  const evidence =
    role === 'eventTime'
      ? (timesOf(one.place, one.kind) ?? '')
      : isUnique(one)
        ? uniqueness(profile)
        : differentIn(one.place);
  return { path, place: one.place, evidence, score: 0 };
}

function draftOf({ profile, envelope }: Seen, { name, sample, named }: Asking, possible: Possible): Draft {
  const ofEnvelope = (role: Role): boolean => envelope !== undefined && named[role] === undefined;
  const id = ofEnvelope('id') ? undefined : possible.id[0];
  const eventTime = ofEnvelope('eventTime') ? undefined : possible.eventTime[0];
  const keys = possible.key.filter(({ path }) => path !== id?.path);
  const key = keys[0] ?? eachForItself(possible.id[0], envelope);
  const choice: Choice = { id, key, eventTime };
  const contractPath = `contracts/${name}.schema.json`;
  const asText = new Set([id?.place, key.place].filter((place) => place !== undefined));
  const schema = contractOf(profile, `An event of ${name}`, asText);
  const others = { id: possible.id.slice(1), key: keys.slice(1), eventTime: possible.eventTime.slice(1) };
  const pipeline = pipelineText({ name, contract: contractPath, sample, envelope, choice, others });
  const contract = schemaText(schema);
  const columns = columnsOf(schema, choice, pipeline, contract);
  return { pipeline, contractPath, contract, choice, columns, notes: notesOn(profile) };
}

function eachForItself(id: Candidate | undefined, envelope: EnvelopeName | undefined): Chosen {
  const evidence = 'the id: each event for itself, as nothing else groups them';
  return id ? { ...id, evidence } : { path: envelopeOf(envelope)!.id.at(-1)!, evidence };
}

/** How many there are, besides those of an envelope. A draft that `lint` would refuse is none. */
function columnsOf(schema: Schema, { id, key, eventTime }: Choice, pipeline: string, contract: string): number {
  const inContract = (one: Chosen | undefined): string | undefined => (one?.place ? one.path : undefined);
  const compiled = compileContract(schema, {
    id: inContract(id),
    key: inContract(key),
    eventTime: inContract(eventTime),
  });
  const parsed = parsePipeline(pipeline, 'pipeline.yaml', () => contract);
  if (!(compiled instanceof Contract))
    throw new Error(
      `a draft must be valid: ${compiled.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}`,
    );
  if (!parsed.ok) throw new Error(`a draft must be valid: ${renderProblems(parsed.problems)}`);
  return compiled.columns.length;
}

function notesOn(profile: Profile): string[] {
  const { properties } = profile.root;
  const leftOut = Map.groupBy(namesLeftOut([...properties.keys()]), ([, why]) => why);
  const nulls = [...properties].flatMap(([name, place]) =>
    kindOf(place, name, profile).is === 'nothing' ? [name] : [],
  );
  return [
    ...[...leftOut].map(
      ([why, found]) =>
        `left out of all tables but bronze, ${listed(found.map(([name]) => name))}: ${found.length === 1 ? 'it' : 'each'} ${why}`,
    ),
    ...(nulls.length > 0 ? [`left out until their types are known, for they were always null: ${listed(nulls)}`] : []),
    ...(profile.hasMore ? ['there are more properties than columns can be: those that came last are left out'] : []),
  ];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).map((name) => JSON.stringify(name));
  return names.length > namesShown ? `${shown.join(', ')} and ${names.length - namesShown} more` : shown.join(', ');
}

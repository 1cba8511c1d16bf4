/** The text of a first pipeline file, with the evidence for each choice as comments. */
import { type EnvelopeName, envelopeOf } from '#envelopes/all-envelopes';
import type { Place } from '../profile/place.js';
import type { Candidate } from './candidates.js';

/** What a draft says of a role. */
export interface Chosen {
  readonly path: string;
  readonly evidence: string;
  /** Of the property; undefined where it is a column of the envelope. */
  readonly place?: Place;
}

export interface Choice {
  /** Undefined: what the envelope says, and so below. */
  readonly id: Chosen | undefined;
  readonly key: Chosen;
  readonly eventTime: Chosen | undefined;
}

export interface PipelineFacts {
  /** Of the pipeline and its source. */
  readonly name: string;
  readonly contract: string;
  /** E.g. `1,707 events of earthquakes.json`. */
  readonly sample: string;
  readonly envelope: EnvelopeName | undefined;
  readonly choice: Choice;
  readonly others: Readonly<Record<keyof Choice, readonly Candidate[]>>;
}

const othersShown = 4;

export function subjectOf(name: string): string {
  return `events.${name}`;
}

export function pipelineText({ name, contract, sample, envelope, choice, others }: PipelineFacts): string {
  const role = (key: string, of: keyof Choice, indent: string): string[] => {
    const chosen = choice[of];
    if (!chosen) return [];
    return [`${indent}# ${chosen.evidence}${alsoPossible(others[of])}`, `${indent}${key}: ${scalar(chosen.path)}`];
  };
  return [
    `# A first pipeline, made by "afluente infer" of ${sample}. The comments say what was seen: change what you know better.`,
    'apiVersion: afluente/v1',
    `name: ${scalar(name)}`,
    '',
    'sources:',
    `  ${scalar(name)}:`,
    `    subjects: [${scalar(subjectOf(name))}]`,
    ...(envelope === undefined ? [] : envelopeLines(envelope, choice)),
    `    contract: ${contract}`,
    ...role('id', 'id', '    '),
    ...role('key', 'key', '    '),
    ...(choice.eventTime ? ['    eventTime:', ...role('field', 'eventTime', '      ')] : []),
    '',
  ].join('\n');
}

function envelopeLines(envelope: EnvelopeName, { id, eventTime }: Choice): string[] {
  const given = [
    ...(id ? [] : [`id: ${envelopeId(envelope)}`]),
    ...(eventTime ? [] : [`event time: ${envelopeTime(envelope)}`]),
  ];
  const says = given.length === 0 ? '' : `. It says ${given.join('; ')}`;
  return [
    `    # each event stands in one, and the contract describes what is inside${says}`,
    `    envelope: ${envelope}`,
  ];
}

/** What identifies an event where a source names nothing, for people. */
export function envelopeId(envelope: EnvelopeName): string {
  const { id } = envelopeOf(envelope)!;
  return id.length === 0 ? 'its place in the stream' : id.join(' and ');
}

export function envelopeTime(envelope: EnvelopeName): string {
  return envelopeOf(envelope)!.eventTime;
}

function alsoPossible(others: readonly Candidate[]): string {
  if (others.length === 0) return '';
  const shown = others.slice(0, othersShown).map(({ path, evidence }) => `${scalar(path)} (${evidence})`);
  return `. Also possible: ${shown.join(', ')}${others.length > othersShown ? ', …' : ''}`;
}

/** A name in YAML; in quotes where it could be read as anything else, and on one line. */
export function scalar(text: string): string {
  const isPlain = /^[A-Za-z_][\w.-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}

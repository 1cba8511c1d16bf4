/** The text of a first pipeline file, with the evidence for each choice as comments. */
import type { Candidate } from './candidates.js';

export interface Choice {
  readonly id: Candidate;
  readonly key: Candidate;
  readonly eventTime: Candidate;
}

export interface PipelineFacts {
  /** Of the pipeline and its source. */
  readonly name: string;
  readonly contract: string;
  /** E.g. `1,707 events of earthquakes.json`. */
  readonly sample: string;
  readonly choice: Choice;
  readonly others: Readonly<Record<keyof Choice, readonly Candidate[]>>;
}

const othersShown = 4;

export function subjectOf(name: string): string {
  return `events.${name}`;
}

export function pipelineText({ name, contract, sample, choice, others }: PipelineFacts): string {
  const role = (key: string, of: keyof Choice, indent: string): string[] => [
    `${indent}# ${choice[of].evidence}${alsoPossible(others[of])}`,
    `${indent}${key}: ${scalar(choice[of].path)}`,
  ];
  return [
    `# A first pipeline, made by "afluente infer" of ${sample}. The comments say what was seen: change what you know better.`,
    'apiVersion: afluente/v1',
    `name: ${scalar(name)}`,
    '',
    'sources:',
    `  ${scalar(name)}:`,
    `    subjects: [${scalar(subjectOf(name))}]`,
    `    contract: ${contract}`,
    ...role('id', 'id', '    '),
    ...role('key', 'key', '    '),
    '    eventTime:',
    ...role('field', 'eventTime', '      '),
    '',
  ].join('\n');
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

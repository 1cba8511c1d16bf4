/** Whether what comes with a message, or around its events, can be columns, and fields of the source. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Contract } from '#contract/columns/contract';
import { nameProblems } from '#contract/columns/property-name';
import type { Source } from '#pipeline/model/model';
import { columnsIn } from '#pipeline/text/subject-pattern';
import { besideColumns, envelopeColumns } from '../raw/open-envelope.js';
import { at, type CompileProblem } from './compile-problem.js';

/** Columns of envelope and message must not be those of the event, a key by token is in each subject, and a time is one. */
export function messageProblems(source: Source, { columns }: Contract): CompileProblem[] {
  const names = columns.map((column) => column.name.toLowerCase());
  const wrongNames = wrongNamesOf(source);
  return wrongNames.length > 0
    ? wrongNames
    : besideColumns(source).flatMap((column) => problemsOf(source, column, names));
}

function wrongNamesOf(source: Source): CompileProblem[] {
  const ofEnvelope = envelopeNames(source);
  const remedy = 'Correct the token in braces, or the name in headers';
  return nameProblems(besideColumns(source).map((column) => column.name)).map(({ pointer, message }) =>
    at(
      ['sources', source.name],
      `the column "${pointer.slice('/properties/'.length)}" of messages ${message.replace('rename the property', 'rename it')}`,
      ofEnvelope.length === 0
        ? `${remedy}.`
        : `${remedy}; ${source.envelope} gives the columns ${ofEnvelope.join(', ')}.`,
    ),
  );
}

/** @param names of the contract's columns, in small letters */
function problemsOf(source: Source, { name, nullable, type }: ColumnSpec, names: readonly string[]): CompileProblem[] {
  const { key, eventTime, patterns, envelope } = source;
  const path = ['sources', source.name];
  const isToken = columnsIn(patterns).includes(name);
  const isOfEnvelope = envelopeNames(source).includes(name);
  if (names.includes(name.toLowerCase())) {
    const is = isToken ? 'a token of the subject' : isOfEnvelope ? `a column of the envelope ${envelope}` : 'a header';
    const remedy = isOfEnvelope ? 'Give the property another name.' : 'Give one of the two another name.';
    return [at(path, `"${name}" is ${is} and a column of the contract too`, remedy)];
  }
  if (name === key && nullable && isToken)
    return [at([...path, 'key'], `not all subjects have the token "${key}"`, 'Write it in each, or name another key.')];
  if (name === key && type.kind !== 'string')
    return [at([...path, 'key'], `"${key}" is a time`, 'Name a column of text as the key.')];
  if (name === eventTime.field && type.kind !== 'timestamp')
    return [
      at(
        [...path, 'eventTime', 'field'],
        `"${name}" is a text`,
        isOfEnvelope ? 'Name a field that is a time.' : 'Write it as { name: …, time: true } in headers.',
      ),
    ];
  return [];
}

function envelopeNames(source: Source): string[] {
  return envelopeColumns(source).map(({ name }) => name);
}

/** Whether what comes with a message, or around its events, can be columns, and fields of the source. */
import type { Contract } from '#contract/columns/contract';
import { nameProblems } from '#contract/columns/property-name';
import type { Source } from '#pipeline/model/model';
import { columnsIn } from '#pipeline/text/subject-pattern';
import { besideColumns, envelopeColumns } from '../raw/open-envelope.js';
import { at, type CompileProblem } from './compile-problem.js';

/** Columns of envelope and message must not be those of the event, a key by token is in each subject, and a time is one. */
export function messageProblems(source: Source, { columns }: Contract): CompileProblem[] {
  const { name, key, eventTime, patterns, envelope } = source;
  const path = ['sources', name];
  const tokens = columnsIn(patterns);
  const ofMessage = besideColumns(source);
  const ofEnvelope = envelopeColumns(source).map((column) => column.name);
  const wrongNames = nameProblems(ofMessage.map((column) => column.name)).map(({ pointer, message }) =>
    at(
      path,
      `the column "${pointer.slice('/properties/'.length)}" of messages ${message.replace('rename the property', 'rename it')}`,
      ofEnvelope.length === 0
        ? 'Correct the token in braces, or the name in headers.'
        : `Correct the token in braces, or the name in headers; ${envelope} gives the columns ${ofEnvelope.join(', ')}.`,
    ),
  );
  if (wrongNames.length > 0) return wrongNames;
  return ofMessage.flatMap((column): CompileProblem[] => {
    const isOfEnvelope = ofEnvelope.includes(column.name);
    const where = isOfEnvelope
      ? `a column of the envelope ${envelope}`
      : tokens.includes(column.name)
        ? 'a token of the subject'
        : 'a header';
    if (columns.some((one) => one.name.toLowerCase() === column.name.toLowerCase()))
      return [
        at(
          path,
          `"${column.name}" is ${where} and a column of the contract too`,
          isOfEnvelope ? 'Give the property another name.' : 'Give one of the two another name.',
        ),
      ];
    if (column.name === key && column.nullable && tokens.includes(key))
      return [
        at([...path, 'key'], `not all subjects have the token "${key}"`, 'Write it in each, or name another key.'),
      ];
    if (column.name === key && column.type.kind !== 'string')
      return [at([...path, 'key'], `"${key}" is a time`, 'Name a column of text as the key.')];
    if (column.name === eventTime.field && column.type.kind !== 'timestamp')
      return [
        at(
          [...path, 'eventTime', 'field'],
          `"${column.name}" is a text`,
          isOfEnvelope ? 'Name a column or field that is a time.' : 'Write it as { name: …, time: true } in headers.',
        ),
      ];
    return [];
  });
}

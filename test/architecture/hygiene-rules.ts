/** Rules that hold for every source file: size, purpose, names, and nothing that hides a problem. */
import { posix } from 'node:path';
import type { Violation } from './import-rules.js';
import { type SourceFile, isSpec } from './source-file.js';

const linesMax = 300;
const purposeCharsMin = 20;
const fileName = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.(ts|mjs)$/;
const notRun = /^((describe|it|test)\.(skip|only|todo|failing)|(fdescribe|fit|xdescribe|xit|xtest)\..*)$/;
const notRunCalls = /^(fdescribe|fit|xdescribe|xit|xtest)$/;
/** Spelled in halves, or this file would break its own rules. */
const hiding = new RegExp(`@ts-(ig${'nore'}|expect${'-error'}|no${'check'})|eslint-${'disable'}|\\b(TO${'DO'}|FIX${'ME'})\\b`);

/** Every rule of hygiene for one file. */
export function hygieneViolations(file: SourceFile): Violation[] {
  return [...shapeViolations(file), ...factViolations(file), ...hidingViolations(file)];
}

function shapeViolations({ path, text }: SourceFile): Violation[] {
  const lines = text.split('\n').length - 1;
  const name = posix.basename(path);
  return [
    ...(lines > linesMax ? [`${path}:${linesMax} has ${lines} lines, at most ${linesMax}: split it by what its parts know.`] : []),
    ...(hasPurpose(text) ? [] : [`${path}:1 does not say its purpose: start with a sentence in /** … */.`]),
    ...(/^index\.(ts|mjs)$/.test(name) ? [`${path}:1 is a barrel: name the file after the one thing it exports.`] : []),
    ...(fileName.test(name) ? [] : [`${path}:1 is not named in kebab-case.`]),
  ];
}

function hasPurpose(text: string): boolean {
  const comment = /^(?:#![^\n]*\n)?\/\*\*([^]*?)\*\//.exec(text)?.[1];
  return comment !== undefined && comment.replace(/[\s*]+/g, ' ').trim().length >= purposeCharsMin;
}

function factViolations(file: SourceFile): Violation[] {
  return file.facts.flatMap(({ kind, text, line }) => {
    const at = `${file.path}:${line}`;
    if (kind === 'any') return [`${at} uses the type any: write the type, or unknown and a check.`];
    if (kind === 'export-all') return [`${at} exports everything of another file: importers name the file itself.`];
    const isOff = (kind === 'member' && notRun.test(text)) || (kind === 'call' && notRunCalls.test(text));
    return isSpec(file) && isOff ? [`${at} has ${text}: every test runs, always.`] : [];
  });
}

function hidingViolations({ path, text }: SourceFile): Violation[] {
  return text.split('\n').flatMap((line, index) => {
    const word = hiding.exec(line)?.[0];
    return word === undefined ? [] : [`${path}:${index + 1} has ${word}: mend the cause.`];
  });
}

/** Rules that hold for every source file, where Biome has none: size, purpose, and nothing that hides a problem. */
import type { Violation } from './import-rules.js';
import { isSpec, type SourceFile } from './source-file.js';

const linesMax = 250;
const functionLinesMax = 40;
const purposeCharsMin = 20;
/** Biome sees `test.skip`, but not `test.skip.each`. */
const notRun = /^(describe|test)\.(skip|todo|failing)$/;
/** Spelled in halves, or this file would break its own rules. */
const hiding = new RegExp(
  `@ts-(ig${'nore'}|expect${'-error'}|no${'check'})|(biome|eslint)-(ig${'nore'}|${'disable'})|\\b(TO${'DO'}|FIX${'ME'})\\b`,
);

const subscribingFile = 'libs/nats/messages/subscribe.ts';
/** Private fields of libraries move with any version: each library has one file that reaches into them, and checks at the start that they are there. */
const reachingFiles: ReadonlySet<string> = new Set([
  'libs/nats/messages/raw-message.ts',
  'libs/columns/polars/native-data-frame.ts',
]);
const privateField = /\._[A-Za-z]\w*|[{,]\s*(_(?:msg|rdata|df|ldf|s|expr|DataFrame))\b/;

/** Every rule of hygiene for one file. */
export function hygieneViolations(file: SourceFile): Violation[] {
  return [
    ...shapeViolations(file),
    ...factViolations(file),
    ...hidingViolations(file),
    ...subscriptionViolations(file),
    ...privacyViolations(file),
    ...chanceViolations(file),
  ];
}

function shapeViolations({ path, text }: SourceFile): Violation[] {
  const lines = text.split('\n').length - 1;
  return [
    ...(lines > linesMax
      ? [`${path}:${linesMax} has ${lines} lines, at most ${linesMax}: split it by what its parts know.`]
      : []),
    ...(hasPurpose(text) ? [] : [`${path}:1 does not say its purpose: start with a sentence in /** … */.`]),
  ];
}

function hasPurpose(text: string): boolean {
  const comment = /^(?:#![^\n]*\n)?\/\*\*([\s\S]*?)\*\//.exec(text)?.[1];
  return comment !== undefined && comment.replace(/[\s*]+/g, ' ').trim().length >= purposeCharsMin;
}

function factViolations(file: SourceFile): Violation[] {
  return file.facts.flatMap(({ kind, text, line, lines }) => {
    const at = `${file.path}:${line}`;
    // A spec's outermost functions hold all of its tests.
    if (kind === 'function')
      return lines > functionLinesMax && !isSpec(file)
        ? [`${at} has a function of ${lines} lines, at most ${functionLinesMax}: give its parts names.`]
        : [];
    const isOff = kind === 'member' && notRun.test(text);
    return isSpec(file) && isOff ? [`${at} has ${text}: every test runs, always.`] : [];
  });
}

/** What a callback of the client throws ends its read loop, and the process is deaf: one file catches it for all. */
function subscriptionViolations(file: SourceFile): Violation[] {
  if (!/^(libs|apps|examples)\//.test(file.path) || isSpec(file) || file.path === subscribingFile) return [];
  return file.text
    .split('\n')
    .flatMap((line, index) =>
      /\.\s*subscribe\(/.test(line)
        ? [
            `${file.path}:${index + 1} subscribes by itself: call ${subscribingFile}, which guards the client against what handlers throw.`,
          ]
        : [],
    );
}

function privacyViolations(file: SourceFile): Violation[] {
  if (!/^(libs|apps|examples)\//.test(file.path) || isSpec(file) || reachingFiles.has(file.path)) return [];
  return file.text
    .split('\n')
    .flatMap((line, index) =>
      privateField.test(line)
        ? [
            `${file.path}:${index + 1} reaches into private fields of a library: only ${[...reachingFiles].join(' and ')} do, which check that they are there.`,
          ]
        : [],
    );
}

function hidingViolations({ path, text }: SourceFile): Violation[] {
  return text.split('\n').flatMap((line, index) => {
    const word = hiding.exec(line)?.[0];
    return word === undefined ? [] : [`${path}:${index + 1} has ${word}: remove the cause.`];
  });
}

/** A test that fails on one run in a hundred says nothing on the others. */
function chanceViolations(file: SourceFile): Violation[] {
  if (!isSpec(file) || /\bseed\b/.test(file.text)) return [];
  return file.facts
    .filter(({ kind, text }) => kind === 'import' && text === 'fast-check')
    .map(({ line }) => `${file.path}:${line} draws other values on each run: say fc.configureGlobal({ seed: 1 }).`);
}

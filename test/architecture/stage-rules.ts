/** The rule that what a stage, a kind of table, or an envelope is stands in its declaration: nobody else compares kinds. */
import { envelopeNames } from '#envelopes/all-envelopes';
import { allStages } from '#stages/kinds/all-stages';
import { tableKinds } from '#stages/tables/table-kinds';
import type { Violation } from './import-rules.js';
import type { SourceFact } from './source-facts.js';
import { isSpec, type SourceFile } from './source-file.js';

const kinds: ReadonlySet<string> = new Set([
  ...allStages.flatMap(({ kind, writes }) => [kind, writes ?? kind]),
  ...Object.keys(tableKinds),
  ...envelopeNames,
]);
/** Kinds that are names of other things, too: sections of frames, outcomes of events. They are no kinds when they are compared with these. */
const ambiguous: ReadonlySet<string> = new Set(['raw', 'partials', 'results', 'rejected', 'window', 'lake']);
const otherThings: ReadonlySet<string | undefined> = new Set([
  'name',
  'unit',
  'originKind',
  'meaning',
  'status',
  'outcome',
]);

/** Of stages, tables and envelopes; a table's `from` in the pipeline file is declared in a lib below. */
const declarations =
  /^libs\/(envelopes\/|stages\/(kinds\/|tables\/table-kinds\.ts$)|pipeline\/model\/table-origin\.ts$)/;
/** Who may know a declared stage by its name: handlers, the topology, which makes the tasks of both ends, and the doctor, which looks at what one of them refuses. */
const knowing =
  /^(apps\/([a-z-]+)\/\2\.controller\.ts|libs\/stages\/topology\/topology\.ts|apps\/afluente\/doctor\/checks\/task-checks\.ts)$/;

/** In libs and apps: a kind that is compared is a fact that the declaration lacks. */
export function stageViolations(file: SourceFile): Violation[] {
  if (!/^(libs|apps)\//.test(file.path) || isSpec(file) || declarations.test(file.path)) return [];
  const found = file.facts.filter(
    (fact) => comparesKinds(fact) || (importsStage(file, fact) && !knowing.test(file.path)),
  );
  return [...new Map(found.map(({ line, text }) => [line, text]))].map(
    ([line, text]) =>
      `${file.path}:${line} compares a kind (${text}): say what differs in libs/stages/kinds, table-kinds.ts or libs/envelopes, and ask for that.`,
  );
}

/** To compare a stage with a declared one, one must import it. */
function importsStage({ path }: SourceFile, { kind, text }: SourceFact): boolean {
  const stages = path.startsWith('libs/stages/') ? /\/kinds\/(?!all-stages)/ : /^#stages\/kinds\/(?!all-stages)/;
  return kind === 'import' && stages.test(text);
}

/** One word that is compared with something; or a list, or the keys of an object, in which two are kinds, or nothing is anything else. */
function comparesKinds({ kind, text, against }: SourceFact): boolean {
  if (kind !== 'compared') return false;
  const words = text.split(' ');
  const found = words.filter((word) => kinds.has(word));
  const clear = found.filter((word) => !ambiguous.has(word));
  if (words.length > 1) return clear.length > 1 || found.length === words.length;
  return clear.length > 0 || (found.length > 0 && !otherThings.has(against));
}

/** What a table asks of those who read and write it (Delta protocol, "Protocol Evolution"), and whether Afluente can. */
import type { Metadata, Protocol } from './actions.js';

export const protocolWritten: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

/** Readers 1 and 2, writers 1 to 6: what they may have is listed nowhere, so each use of it is looked for. 3 and 7 list it. */
const readerListing = 3;
const writerListing = 7;

/**
 * Features that ask nothing of a writer who only adds files, as long as a table does not use what `settingProblem` and `parseSchema` look for:
 * change data of such commits are their files.
 */
const harmless: ReadonlySet<string> = new Set([
  'appendOnly',
  'invariants',
  'checkConstraints',
  'changeDataFeed',
  'generatedColumns',
  'identityColumns',
  'columnMapping',
  'timestampNtz',
]);

/** How each problem of a protocol ends. */
export const upgradedByOther = 'another engine has upgraded it';

const constraintPrefix = 'delta.constraints.';
const mappingSetting = 'delta.columnMapping.mode';

/** Why Afluente can neither read nor write the table; undefined when it can. */
export function protocolProblem(
  protocol: Protocol,
  { configuration }: Pick<Metadata, 'configuration'>,
): string | undefined {
  const { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures } = protocol;
  const listsAll =
    (minReaderVersion < readerListing || readerFeatures) && (minWriterVersion < writerListing || writerFeatures);
  if (minReaderVersion > readerListing || minWriterVersion > writerListing || !listsAll)
    return `it needs Delta reader version ${minReaderVersion} and writer version ${minWriterVersion}; Afluente supports ${readerListing} and ${writerListing} with a list of features: ${upgradedByOther}`;
  const unknown = [...new Set([...(readerFeatures ?? []), ...(writerFeatures ?? [])])].filter(
    (feature) => !harmless.has(feature),
  );
  if (unknown.length > 0) return `it uses ${unknown.join(', ')}, which Afluente does not support: ${upgradedByOther}`;
  return settingProblem(configuration);
}

function settingProblem(configuration: Metadata['configuration']): string | undefined {
  const constraint = Object.keys(configuration).find((name) => name.startsWith(constraintPrefix));
  if (constraint !== undefined)
    return `it has the constraint ${constraint.slice(constraintPrefix.length)}, which Afluente does not check: ${upgradedByOther}`;
  const mapping = configuration[mappingSetting];
  return mapping === undefined || mapping === 'none'
    ? undefined
    : `it maps its columns by ${mapping} (${mappingSetting}), which Afluente does not support: ${upgradedByOther}`;
}

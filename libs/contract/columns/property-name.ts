/** Which names a property may have to become a column of every table. */
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import { pointerTo } from '../values/rejection.js';

/** Columns that every stage adds. */
const ownColumns = ['_seq', '_index', '_arrived_at'];

const topProperties = '/properties';

/** Names Parquet and Delta refuse in a column without column mapping (Delta protocol, "Column Mapping"). */
const refusedCharacters = /[ ,;{}()\n\t=]/;

/** What is wrong with the names of the properties that stand here; those within other properties may have the names of our own columns. */
export function nameProblems(names: readonly string[], pointer = topProperties): ContractProblem[] {
  const seen = new Map<string, string>();
  return names.flatMap((name) => {
    const lower = name.toLowerCase();
    const twin = seen.get(lower);
    seen.set(lower, name);
    const mistake =
      twin === undefined
        ? mistakeIn(name, pointer === topProperties && ownColumns.includes(lower))
        : `differs from "${twin}" only in case, which SQL does not see: rename one`;
    return mistake === undefined ? [] : [problem(pointerTo(pointer, name), mistake)];
  });
}

function mistakeIn(name: string, isOurs: boolean): string | undefined {
  if (name === '') return 'is an empty name: give the property a name';
  if (isOurs) return 'is a column that Afluente adds itself: rename the property';
  if (refusedCharacters.test(name))
    return 'has a character that Delta tables refuse in a column (space , ; { } ( ) = tab newline): rename the property';
  if (name.includes('\0')) return 'has the character U+0000, which ends a name in SQL: rename the property';
  if (name === '*' || (name.startsWith('^') && name.endsWith('$')))
    return 'is a pattern of columns in SQL: rename the property';
  if (!name.isWellFormed()) return 'is no valid Unicode: rename the property';
  if (name in Object.prototype) return 'is a name every JavaScript object has: rename the property';
  return undefined;
}

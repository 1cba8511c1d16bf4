/** Which properties can be columns: a contract with any other name is none, so such a property is left to bronze. */
import { nameProblems } from '#contract/columns/property-name';
import { pointerTo } from '#contract/values/rejection';

/** Why a name can be no column, by name. Of two that differ in case only, it is the later one. */
export function namesLeftOut(names: readonly string[]): ReadonlyMap<string, string> {
  const byPointer = new Map(names.map((name) => [pointerTo('/properties', name), name]));
  return new Map(nameProblems(names).map(({ pointer, message }) => [byPointer.get(pointer)!, message]));
}

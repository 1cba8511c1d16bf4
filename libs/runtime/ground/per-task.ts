/** Makes one step per task and keeps it: steps reuse builders and compiled queries from call to call. */
import type { LogTaskSpec } from '#stages/topology/topology';

export function perTask<Made>(make: (task: LogTaskSpec) => Made): (task: LogTaskSpec) => Made {
  const made = new Map<string, Made>();
  return (task) => {
    const before = made.get(task.name);
    if (before !== undefined) return before;
    const found = make(task);
    made.set(task.name, found);
    return found;
  };
}

/** Makes one step per task and keeps it: steps reuse builders and compiled queries from call to call. */
import type { LogTaskSpec } from '#stages/topology';

export function perTask<Made>(make: (task: LogTaskSpec) => Made): (task: LogTaskSpec) => Made {
  const made = new Map<string, Made>();
  return (task) => {
    let found = made.get(task.name);
    if (found === undefined) made.set(task.name, (found = make(task)));
    return found;
  };
}

/** Spreads tasks over members: rendezvous hashing with a bound on each member's load. */
import { hash64 } from '#frame/partition';

/**
 * Each task goes to the member that ranks highest for it and has room; nobody gets more than its share, rounded up.
 * Every process computes the same answer from the same lists, and few tasks move when a member comes or goes.
 * @returns member by task; empty without members
 */
export function assignTasks(tasks: readonly string[], members: readonly string[]): ReadonlyMap<string, string> {
  const share = Math.ceil(tasks.length / members.length);
  const load = new Map(members.map((member) => [member, 0]));
  const assigned = new Map<string, string>();
  for (const task of [...tasks].sort()) {
    const [best] = rank(
      task,
      members.filter((member) => load.get(member)! < share),
    );
    if (best === undefined) continue;
    assigned.set(task, best);
    load.set(best, load.get(best)! + 1);
  }
  return assigned;
}

function rank(task: string, members: readonly string[]): string[] {
  const scored = members.map((member) => ({ member, score: hash64(`${member}\n${task}`) }));
  return scored
    .sort((a, b) => (a.score === b.score ? a.member.localeCompare(b.member) : a.score > b.score ? -1 : 1))
    .map(({ member }) => member);
}

/** Every task has one member, nobody has more than its share, and few tasks move. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assignTasks } from './assign-tasks.js';

fc.configureGlobal({ seed: 1 });

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 });
const taskNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `validate.orders.${i}`);

describe('assigned tasks', () => {
  test('each have one member, and no member has more than its share rounded up', () => {
    fc.assert(
      fc.property(names, names, (tasks, members) => {
        const assigned = assignTasks(tasks, members);
        expect([...assigned.keys()].sort()).toEqual([...tasks].sort());
        for (const member of members)
          expect([...assigned.values()].filter((owner) => owner === member).length).toBeLessThanOrEqual(
            Math.ceil(tasks.length / members.length),
          );
      }),
    );
  });

  test('do not depend on the order in which tasks and members are known', () => {
    fc.assert(
      fc.property(names, names, (tasks, members) => {
        expect(assignTasks([...tasks].reverse(), [...members].reverse())).toEqual(assignTasks(tasks, members));
      }),
    );
  });

  test('move little when a member joins', () => {
    const tasks = taskNames(24);
    const [before, after] = [assignTasks(tasks, ['a', 'b', 'c']), assignTasks(tasks, ['a', 'b', 'c', 'd'])];
    const moved = tasks.filter((task) => before.get(task) !== after.get(task));
    // The newcomer needs its share of six; the bound on the others' load moves a few more.
    expect(moved.length).toBeLessThanOrEqual(12);
    expect(moved.filter((task) => after.get(task) === 'd')).toHaveLength(6);
  });

  test("are nobody's without members", () => {
    expect(assignTasks(taskNames(2), []).size).toBe(0);
  });
});

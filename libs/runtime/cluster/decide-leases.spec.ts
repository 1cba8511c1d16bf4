/** What follows from members, leases and running tasks; played out, every task ends with one owner. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assignTasks } from './assign-tasks.js';
import { decideLeases, type Lease, type Member } from './decide-leases.js';

fc.configureGlobal({ seed: 1 });

const tasks = ['t0', 't1', 't2', 't3', 't4'];
const present = (...sessions: string[]): Member[] => sessions.map((memberId) => ({ memberId, leaving: false }));
const leases = (owners: Record<string, string>): Map<string, Lease> =>
  new Map(Object.entries(owners).map(([task, owner], i) => [task, { owner, revision: i + 1 }]));

describe('a process alone', () => {
  test('takes every free task, and runs those it has', () => {
    const facts = {
      memberId: 'me',
      tasks: ['t0', 't1', 't2'],
      members: present('me'),
      leases: leases({ t1: '', t2: 'me' }),
      running: new Set<string>(),
    };
    expect(decideLeases(facts)).toEqual([
      { kind: 'take', task: 't0', revision: 0, from: 'nobody' },
      { kind: 'take', task: 't1', revision: 1, from: 'nobody' },
      { kind: 'run', task: 't2' },
    ]);
  });

  test('takes over from the dead, and drops what another has taken', () => {
    const facts = {
      memberId: 'me',
      tasks: ['t0', 't1'],
      members: present('me'),
      leases: leases({ t0: 'dead', t1: 'dead' }),
      running: new Set(['t1']),
    };
    expect(decideLeases(facts)).toEqual([
      { kind: 'take', task: 't0', revision: 1, from: 'dead' },
      { kind: 'drop', task: 't1' },
    ]);
  });

  test('that leaves releases all it has, running or not', () => {
    const facts = {
      memberId: 'me',
      tasks: ['t0', 't1'],
      members: [{ memberId: 'me', leaving: true }],
      leases: leases({ t0: 'me', t1: 'me' }),
      running: new Set(['t0']),
    };
    expect(decideLeases(facts)).toEqual([
      { kind: 'release', task: 't0', revision: 1 },
      { kind: 'release', task: 't1', revision: 2 },
    ]);
  });

  test('whose name another has taken releases all it has', () => {
    const facts = {
      memberId: 'me',
      tasks: ['t0'],
      members: present('newer'),
      leases: leases({ t0: 'me' }),
      running: new Set(['t0']),
    };
    expect(decideLeases(facts)).toEqual([{ kind: 'release', task: 't0', revision: 1 }]);
  });
});

test('a task stays with an owner that leaves until that one has released it', () => {
  const members: Member[] = [
    { memberId: 'old', leaving: true },
    { memberId: 'me', leaving: false },
  ];
  const facts = { memberId: 'me', tasks: ['t0'], members, leases: leases({ t0: 'old' }), running: new Set<string>() };
  expect(decideLeases(facts)).toEqual([{ kind: 'look', task: 't0', revision: 1 }]);
  expect(decideLeases({ ...facts, leases: leases({ t0: '' }) })).toEqual([
    { kind: 'take', task: 't0', revision: 1, from: 'nobody' },
  ]);
});

test('who waits for a task of a process that lives looks at its lease: a release may have been deleted before it was heard', () => {
  const members: Member[] = [
    { memberId: 'a', leaving: false },
    { memberId: 'b', leaving: false },
  ];
  const actions = members.flatMap(({ memberId }) =>
    decideLeases({
      memberId: memberId,
      tasks: ['t0', 't1'],
      members,
      leases: leases({ t0: 'a', t1: 'a' }),
      running: new Set(memberId === 'a' ? ['t0', 't1'] : []),
    }).map(({ kind }) => `${memberId} ${kind}`),
  );
  expect(actions.sort()).toEqual(['a release', 'b look']);
});

test('whatever the start, processes that see the same end with every task running once, where it is assigned', () => {
  const sessions = ['a', 'b', 'c'];
  const owner = fc.constantFrom('', 'dead', ...sessions);
  const start = fc.record({
    owners: fc.array(fc.option(owner, { nil: undefined }), { minLength: tasks.length, maxLength: tasks.length }),
    running: fc.array(fc.subarray(tasks), { minLength: 3, maxLength: 3 }),
    leaving: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  });
  fc.assert(
    fc.property(start, ({ owners, running, leaving }) => {
      const world = new Map<string, Lease>(
        owners.flatMap((value, i) =>
          value === undefined ? [] : [[tasks[i]!, { owner: value, revision: i + 1 }] as const],
        ),
      );
      const hosts = running.map((own) => new Set(own));
      const members = sessions.map((memberId, i) => ({ memberId, leaving: leaving[i]! }));
      for (let round = 0; round < 6; round++)
        for (const [i, memberId] of sessions.entries()) play(memberId, hosts[i]!, members, world);
      const wanted = assignTasks(
        tasks,
        sessions.filter((_, i) => !leaving[i]),
      );
      for (const task of tasks)
        expect(sessions.filter((_, i) => hosts[i]!.has(task))).toEqual(wanted.has(task) ? [wanted.get(task)] : []);
    }),
  );
});

/** Carries out what one process decides. */
function play(memberId: string, running: Set<string>, members: readonly Member[], world: Map<string, Lease>): void {
  for (const action of decideLeases({ memberId: memberId, tasks, members, leases: world, running })) {
    const revision = (world.get(action.task)?.revision ?? 0) + 1;
    if (action.kind === 'take') world.set(action.task, { owner: memberId, revision });
    else if (action.kind === 'run') running.add(action.task);
    else running.delete(action.task);
    if (action.kind === 'release') world.set(action.task, { owner: '', revision });
  }
}

/** Where logs without a frame begin when others of the source have one: never behind what is read by nobody. */
import { describe, expect, test } from '@jest/globals';
import type { Nats } from '#nats/ground/nats';
import type { Start } from '#pipeline/model/model';
import { beginningOf } from './beginning.js';

const front = { stream: 'USERS', created: 'c', firstSeq: 3, lastSeq: 100 };
const nats = {} as Nats;

/** @param at sequence of the frame in its log */
function last(at: number, first: number, through: number) {
  const input = { stream: 'USERS', created: 'c', hash: undefined, first, last: through };
  return { last: { seq: at, head: { inputs: [input] } } };
}

const none = { last: undefined };
const beginning = (start: Start, outputs: Parameters<typeof beginningOf>[4], coveredSeq?: number) =>
  beginningOf(
    { nats, now: () => 0 },
    { source: { name: 'events', front: { kind: 'stream', stream: 'USERS', filters: [], start } } },
    front,
    { coveredSeq },
    outputs,
  );

describe('logs without a frame', () => {
  test('begin at the first message, and need not say so', async () => {
    expect(await beginning({ at: 'first' }, [none, none])).toEqual({ before: 2, isNoted: false });
  });

  test('begin at the end where start is new, and say so', async () => {
    expect(await beginning({ at: 'new' }, [none, none])).toEqual({ before: 100, isNoted: true });
  });

  test('begin where others have said before the process died, though the end is another one now', async () => {
    expect(await beginning({ at: 'new' }, [last(1, 61, 60), none])).toEqual({ before: 60, isNoted: true });
    expect(await beginning({ at: 'new' }, [last(1, 71, 70), none, last(1, 61, 60)])).toEqual({
      before: 60,
      isNoted: true,
    });
  });

  test('begin at the first message where another has read something without having said where it begins', async () => {
    expect(await beginning({ at: 'new' }, [last(1, 3, 60), none])).toEqual({ before: 2, isNoted: false });
    expect(await beginning({ at: 'new' }, [last(9, 61, 60), none])).toEqual({ before: 2, isNoted: false });
  });

  test('begin behind what the logs of former partitions cover', async () => {
    expect(await beginning({ at: 'new' }, [none], 50)).toEqual({ before: 50, isNoted: false });
  });
});

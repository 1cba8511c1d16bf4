/** Check of the doctor itself: what it could not look at may hide anything. */
import type { Check } from '../check.js';
import { natsOf } from '../facts-of.js';
import type { Trouble } from '../finding.js';
import { type Looked, seenOf, toldBy } from '../looked.js';

export const unseenCheck: Check = {
  id: 'not-looked-at',
  severity: 'error',
  finds: 'something could not be looked at, and why',
  find: (facts) => {
    const nats = natsOf(facts);
    // Without them nothing of the pipeline's was looked at, and that is said already.
    if (!facts.pipeline.seen || !facts.settings.seen) return [];
    const looks: Array<readonly [string, Looked<unknown>]> = [
      ...(nats
        ? ([
            ['account', nats.account],
            ['tasks bucket', nats.board],
            ['leases bucket', nats.leases],
            ['members bucket', nats.alive],
            ...nats.streams.map(({ stream, found }) => [stream, found] as const),
          ] as const)
        : []),
      ...(seenOf(facts.lake)?.tables ?? []).map(({ task, look }) => [task.table.name, look] as const),
    ];
    return looks.flatMap(([subject, looked]): Trouble[] =>
      looked.seen
        ? []
        : [
            {
              subject,
              ...toldBy(
                looked.why,
                'Make sure that the doctor may look at it: on NATS as the operator (AFL_NATS_NKEY), in the lake as the lake-writer.',
              ),
            },
          ],
    );
  },
};

/** Ordinary messages, most of all: what hostile ones must not harm. */
import { draftOf } from '../drafts.js';
import type { SourceName } from '../hostile-message.js';
import { headOf, json, single } from '../make.js';
import type { Kind } from './kind.js';

const kindOf = (source: SourceName, weight: number): Kind => ({
  name: `valid-${source}`,
  weight,
  make: (place, dice) => single(source, json(draftOf(source, place, dice)), 'silver'),
});

export const msgIdOf = (index: number): string => `m-${index}`;

export const validKinds: readonly Kind[] = [
  kindOf('orders', 300),
  kindOf('texts', 120),
  kindOf('loose', 80),
  {
    name: 'valid-msg-id',
    weight: 40,
    make: (place, dice) => {
      const headers = [['Nats-Msg-Id', msgIdOf(place.index)]] as const;
      return single('orders', json(draftOf('orders', place, dice)), 'silver', { head: headOf(headers), headers });
    },
  },
];

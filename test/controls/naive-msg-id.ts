/**
 * Control: the common way. Frames carry a `Nats-Msg-Id` made of what they cover instead of a fence, and a task without state goes
 * on at the position it last acknowledged (in the tasks bucket, about once a second) instead of the one in its last frame.
 */
import type { Control } from './control.js';
import { rememberedPosition } from './remembered-position.js';

const file = 'libs/nats/messages/log-writer.ts';

/** Idle frames of a raw log cover nothing new: only their clock tells them apart. */
const msgId =
  "[...head.inputs.map(({ first, last }) => `${first}-${last}`), head.row?.done ?? '', head.clockMs ?? ''].join('/')";

export const naiveMsgId: Control = {
  breaks:
    'After a crash the same input is cut into other frames, under other ids: deduplication does not know them, and rows come again.',
  edits: [
    {
      file,
      find: "headers.set('Nats-Expected-Last-Sequence', String(expectedLast));",
      replace: `headers.set('Nats-Msg-Id', ${msgId});`,
    },
    {
      file,
      find: 'if (ack.duplicate || ack.seq !== expectedLast + 1 || ack.stream !== this.stream)',
      replace: 'if (ack.stream !== this.stream)',
    },
    // Nobody checks a lineage in this way of doing it.
    {
      file: 'libs/frame/lineage.ts',
      find: 'if (expected !== undefined && head.prev !== expected) {',
      replace: 'if (position.seq < 0) {',
    },
    ...rememberedPosition('name', 'remembered'),
  ],
};

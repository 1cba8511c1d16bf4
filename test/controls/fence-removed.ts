/** Control: frames are published without `Nats-Expected-Last-Sequence`, so anybody can extend a log. */
import type { Control } from './control.js';

const file = 'libs/nats/messages/log-writer.ts';

export const fenceRemoved: Control = {
  breaks: 'Two writers of one log both get in: a process that was paused, cut off or slow writes behind its successor.',
  edits: [
    { file, find: "    headers.set('Nats-Expected-Last-Sequence', String(expectedLast));\n", replace: '' },
    {
      file,
      find: 'if (ack.duplicate || ack.seq !== expectedLast + 1 || ack.stream !== this.stream)',
      replace: 'if (ack.stream !== this.stream)',
    },
  ],
};

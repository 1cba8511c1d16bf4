/** Control: a task without state remembers frames as done when it takes them, before their output is stored. */
import type { Control } from './control.js';
import { rememberedPosition } from './remembered-position.js';

const file = 'libs/runtime/log-task.ts';
const entry = '`${this.name}.taken`';

const take = '    const frames = session.inputs.take(this.context.config.batchBytesMax);\n';
const wait = `    await this.#gather(session, stop);
    await session.writer.drainTo(IN_FLIGHT_BYTES_MAX);
    if (session.snapshots.behind) await this.#letSnapshotCount(session);
`;

export const ackThenPublish: Control = {
  breaks: 'A crash between the acknowledgement of the input and the publish of the output loses rows.',
  edits: [
    { file, find: wait + take, replace: `${take}    await this.#acknowledge(session);\n${wait}` },
    {
      file,
      find: '  /** Waits until what was taken is uploaded',
      replace: `  async #acknowledge({ inputs }: Session): Promise<void> {
    if (this.stateful) return;
    const taken = inputs.positions.map(({ stream, created, seq }) => ({ stream, created, position: seq, safe: seq }));
    await this.context.board.post({ task: ${entry}, owner: '', state: 'running', inputs: taken, watermarkMs: null, idle: false, waiting: 0, updatedMs: 0 });
  }

  /** Waits until what was taken is uploaded`,
    },
    ...rememberedPosition(entry, 'Math.max(header, remembered)'),
  ],
};

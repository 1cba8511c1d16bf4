/** Control: a task without state remembers frames as done when it takes them, before their output is stored. */
import type { Control } from './control.js';
import { rememberedPosition } from './remembered-position.js';

const file = 'libs/runtime/log-task.ts';
const entry = '`${this.name}.taken`';
const advance = '  async #advance(session: LogSession, stop: AbortSignal): Promise<void> {\n';

/** As the board knows it, because the board is there: any place that survives the process would do. */
const acknowledge = `  async #acknowledge({ inputs }: LogSession): Promise<void> {
    if (this.stateful) return;
    const taken = inputs.positions.map(({ stream, created, seq }) => ({ stream, created, position: seq, safe: seq }));
    await this.context.board.post({ task: ${entry}, owner: '', state: 'running', inputs: taken, watermarkMs: null, idle: false, waiting: 0, updatedMs: 0 });
  }

`;

export const ackThenPublish: Control = {
  breaks: 'A crash between the acknowledgement of the input and the publish of the output loses rows.',
  edits: [
    {
      file,
      find: 'if (frames.length > 0) await this.#try(session, frames);',
      replace: `if (frames.length > 0) {
      await this.#acknowledge(session);
      await this.#gather(session, stop);
      await this.#try(session, frames);
    }`,
    },
    { file, find: advance, replace: acknowledge + advance },
    ...rememberedPosition(entry, 'Math.max(header, remembered)'),
  ],
};

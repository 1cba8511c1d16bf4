/** Control: a task without state remembers frames as done when it takes them, before their output is stored. */
import type { Control } from './control.js';
import { rememberedPosition } from './remembered-position.js';

const file = 'libs/runtime/log-task/log-turns.ts';
const entry = '`${name}.taken`';
/** Most of a turn of enrich, so that a kill of it falls between the two. Were the other stages as slow, all turns would follow one beat. */
const beforePublishMs = 1_500;
const turn = '  async turn(stop: AbortSignal): Promise<void> {\n';

/** As the board knows it, because the board is there: any place that survives the process would do. */
const acknowledge = `  async #acknowledge({ inputs }: LogWork): Promise<void> {
    const { context, stateful, spec: { name } } = this.tools;
    if (stateful) return;
    const taken = inputs.positions.map(({ stream, created, seq }) => ({ stream, created, position: seq, safe: seq }));
    await context.board.post({ task: ${entry}, owner: '', state: 'running', inputs: taken, watermarkMs: null, idle: false, waiting: 0, updatedMs: 0 });
  }

`;

export const ackThenPublish: Control = {
  breaks: 'A crash between the acknowledgement of the input and the publish of the output loses rows.',
  edits: [
    {
      file,
      find: 'if (work.more || frames.length > 0) await this.#try(frames, isCareful, stop);',
      replace: `if (work.more || frames.length > 0) {
      await this.#acknowledge(work);
      if (this.tools.spec.name.startsWith('enrich.')) await pause(${beforePublishMs}, stop);
      await this.#try(frames, isCareful, stop);
    }`,
    },
    { file, find: turn, replace: acknowledge + turn },
    ...rememberedPosition(entry, 'Math.max(header, remembered)'),
  ],
};

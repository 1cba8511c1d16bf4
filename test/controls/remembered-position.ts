/** Edits that let a task without state start from a position in the tasks bucket instead of the one in its last frame. */
import type { Edit } from './control.js';

const file = 'libs/runtime/log-task.ts';
const open = '  async #open(stop: AbortSignal): Promise<LogSession> {\n';

/**
 * @param entry TypeScript: the key of the task's entry in the tasks bucket
 * @param choose TypeScript over `header` and `remembered` (both sequences): where to go on
 */
export function rememberedPosition(entry: string, choose: string): readonly Edit[] {
  return [
    { file, find: 'inputs: new LogInputs(nats, resume.from, ', replace: 'inputs: new LogInputs(nats, resume.cut || this.stateful ? resume.from : resume.from.map((position) => this.#goOnAt(position)), ' },
    {
      file,
      find: open,
      replace: `  #goOnAt(position: Position): Position {
    const header = position.seq;
    const known = this.context.board.get(${entry})?.inputs.find((input) => input.stream === position.stream && input.created === position.created);
    const remembered = known?.position ?? header;
    const seq = ${choose};
    return seq === header ? position : { ...position, seq, hash: undefined };
  }

${open}`,
    },
  ];
}

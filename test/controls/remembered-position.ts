/** Edits that let a task without state start from a position in the tasks bucket instead of the one in its last frame. */
import type { Edit } from './control.js';

const file = 'libs/runtime/log-task/open-work.ts';
const open = '/** @throws HaltError when the task cannot go on without losing or repeating something */\n';

/**
 * @param entry TypeScript over `name`: the key of the task's entry in the tasks bucket
 * @param choose TypeScript over `header` and `remembered` (both sequences): where to go on
 */
export function rememberedPosition(entry: string, choose: string): readonly Edit[] {
  return [
    {
      file,
      find: 'new LogInputs(nats, resume.from, ',
      replace:
        'new LogInputs(nats, resume.cut || stateful ? resume.from : resume.from.map((position) => goOnAt(context, spec.name, position)), ',
    },
    {
      file,
      find: 'import { HaltError }',
      replace: "import type { Position } from '#frame/lineage';\nimport { HaltError }",
    },
    {
      file,
      find: open,
      replace: `function goOnAt({ board }: LogTools['context'], name: string, position: Position): Position {
  const header = position.seq;
  const known = board.get(${entry})?.inputs.find((input) => input.stream === position.stream && input.created === position.created);
  const remembered = known?.position ?? header;
  const seq = ${choose};
  return seq === header ? position : { ...position, seq, hash: undefined };
}

${open}`,
    },
  ];
}

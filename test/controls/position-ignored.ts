/** Control: recovery does not go on behind the position in the last frame's header, but where the input of that frame begins. */
import type { Control } from './control.js';

export const positionIgnored: Control = {
  breaks: 'A task that starts again repeats its last step: rows are in the output twice.',
  edits: [
    {
      file: 'libs/runtime/log-task/resume.ts',
      find: '  if (!cut) return positionsAfter(last.head);\n',
      replace: '',
    },
  ],
};

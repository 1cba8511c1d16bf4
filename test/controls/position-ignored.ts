/** Control: recovery does not go on behind the position in the last frame's header, but where the input of that frame begins. */
import type { Control } from './control.js';

export const positionIgnored: Control = {
  breaks: 'A task that starts again repeats its last step: rows are in the output twice.',
  edits: [
    {
      file: 'libs/runtime/resume.ts',
      find: '    seq: cut ? range.first - 1 : range.last,\n    hash: cut ? undefined : range.hash,\n',
      replace: '    seq: range.first - 1,\n    hash: undefined,\n',
    },
  ],
};

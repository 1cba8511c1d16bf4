/** Control: whoever takes a task over does not count that its last owner has died. */
import type { Control } from './control.js';

export const deathsUncounted: Control = {
  breaks:
    'An event on which a process dies kills one process after the other, and its partition stands still for ever.',
  edits: [
    {
      file: 'libs/runtime/care/death-record.ts',
      find: "const deaths = (here?.deaths ?? 0) + Number(since === 'death' && here?.begun !== false);",
      replace: 'const deaths = here?.deaths ?? 0;',
    },
  ],
};

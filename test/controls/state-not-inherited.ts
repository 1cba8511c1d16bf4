/** Control: a task of new partitions begins without what those before it knew. */
import type { Control } from './control.js';

export const stateNotInherited: Control = {
  breaks:
    'When the number of partitions changes, ids come again that were seen before, and windows begin anew in the middle.',
  edits: [
    {
      file: 'libs/runtime/log-task/open-work.ts',
      find: 'saved: snapshot?.parts ?? inherited?.saved,',
      replace: 'saved: snapshot?.parts,',
    },
  ],
};

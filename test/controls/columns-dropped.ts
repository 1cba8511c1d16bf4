/** Control: a table takes the columns that its writer's version of the pipeline knows, and no others. */
import type { Control } from './control.js';

export const columnsDropped: Control = {
  breaks: 'A lake-writer of the older version leaves out of silver what enrich of the newer one has given the rows.',
  edits: [
    {
      file: 'libs/runtime/lake-writer/lake-turns.ts',
      find: '    if (more.length > 0) await this.#takeUp(more);\n',
      replace: '    void more;\n',
    },
  ],
};

/** Lake: collects sections of logs and commits them to a table, exactly once. What each kind of table takes is `table-kinds.ts`; its work is libs/runtime/lake-writer/lake-task.ts. */
import type { StageFacts } from '../define/define-stage.js';
import { perTable } from '../define/per.js';

export const lake = {
  kind: 'lake',
  service: 'lake-writer',
  per: perTable,
  takes: 'frame',
} as const satisfies StageFacts;

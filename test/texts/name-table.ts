/** The streams and subjects of an example pipeline as a table. */
import {
  bucketStream,
  frontStreamOf,
  leasesBucketOf,
  membersBucketOf,
  objectsBucketOf,
  streamOf,
  subjectOf,
  tasksBucketOf,
} from '#frame/log-name';
import type { StageFacts } from '#stages/define/define-stage';
import { allStages } from '#stages/kinds/all-stages';
import { markdownTable } from './markdown-table.js';

const pipeline = 'shop';
const source = 'orders';
const window = 'sales_by_product';
const partitions = 4;

/** Of the pipeline `shop` with the source `orders` and the window `sales_by_product`, which is merged over all partitions. */
export function nameTable(): string {
  const logs = allStages
    .filter(({ writes }, at) => writes !== undefined && allStages.findIndex((other) => other.writes === writes) === at)
    .map(logRow);
  const buckets = [tasksBucketOf, objectsBucketOf, membersBucketOf, leasesBucketOf].map(
    (nameOf) => `\`${bucketStream(nameOf(pipeline))}\``,
  );
  return markdownTable(
    ['stream', 'subject', 'holds'],
    [
      [
        `\`${frontStreamOf(pipeline, source)}\``,
        'your `subjects`',
        'events as published, until ingest has stored them',
      ],
      ...logs,
      [
        buckets.join(', '),
        '',
        'positions (advisory); snapshots of state and events too large for a frame; which processes live; which of them runs a task',
      ],
    ],
  );
}

/** The results of a window that is merged over all partitions stand in one log. */
function logRow({ writes, holds, per }: StageFacts): string[] {
  const log = { pipeline, stage: writes!, origin: per.unit === 'source' ? source : window, partition: 0 };
  const isOne = allStages.some((stage) => stage.writes === writes && stage.per.oneLog);
  const others = isOne ? '' : ` … \`_${partitions - 1}\``;
  return [`\`${streamOf(log)}\`${others}`, `\`${subjectOf(log)}\`${others && ' …'}`, holds!];
}

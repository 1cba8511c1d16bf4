/** Checks that windows can go on when the number of a source's partitions changes. */
import { columnOf } from '../model/field-path.js';
import { entriesAt, type Report, textAt, textsAt, valueAt } from './check-context.js';

/** One task computes a window while there is one partition; with several, only a window by their key has tasks that can take that work over. */
export function checkPartitions(root: unknown, report: Report): void {
  for (const [name, window] of entriesAt(root, 'windows')) {
    const from = textAt(window, 'from') ?? '';
    const partitions = valueAt(root, 'sources', from, 'partitions');
    if (!Array.isArray(partitions) || partitions[0] !== 1 || partitions.every((one) => one === 1)) continue;
    const key = columnOf(textAt(root, 'sources', from, 'key') ?? '');
    if (textsAt(window, 'key').some(({ text }) => text === key)) continue;
    report(
      ['windows', name],
      `was computed by one task while source ${from} had one partition, and cannot go on with several`,
      'Give it another name, and its table too if it has one of its own: it then begins beside the old one, with those enriched events that the logs still hold.',
    );
  }
}

/** Where an ingest task finds the events of its source. */
import { consumerOf, frontStreamOf } from '#frame/log-name';
import type { Source } from '#pipeline/model/model';

export interface TaskFront {
  /** The stream producers write to. */
  readonly stream: string;
  /** Whether it is Afluente's. */
  readonly own: boolean;
  /** Subjects to take from it; all when empty. */
  readonly filter: readonly string[];
  /** By which consumer it is read where what was read must be acknowledged. */
  readonly consumer: string;
}

export function taskFront(pipeline: string, { name, front }: Source): TaskFront {
  const consumer = consumerOf(pipeline, name);
  return front.kind === 'subjects'
    ? { stream: frontStreamOf(pipeline, name), own: true, filter: [], consumer }
    : { stream: front.stream, own: false, filter: front.filters, consumer };
}

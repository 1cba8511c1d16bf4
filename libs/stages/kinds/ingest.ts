/** Ingest: takes messages from a source's front stream and lays their events, untouched, into the raw log of their partition. Its work is libs/runtime/ingest/ingest-task.ts. */
import type { StageFacts } from '../define/define-stage.js';
import { perSource } from '../define/per.js';

export const ingest = {
  kind: 'ingest',
  service: 'ingest',
  per: perSource,
  takes: 'message',
  writes: 'raw',
  holds: 'frames of raw events',
} as const satisfies StageFacts;

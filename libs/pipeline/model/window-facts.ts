/** Questions about windows that other libraries ask the pipeline. */
import { columnOf } from './field-path.js';
import type { Pipeline, Window } from './model.js';

/** Whether the window's key contains its source's partition key, so that each partition's task can compute it alone. */
export function windowKeyHolds(partitionKey: string, window: Pick<Window, 'key'>): boolean {
  return window.key.includes(columnOf(partitionKey));
}

/** The windows over one source, in the order of the file. */
export function windowsOf(pipeline: Pick<Pipeline, 'windows'>, source: string): Window[] {
  return Object.values(pipeline.windows).filter((window) => window.from === source);
}

/** The largest lateness in ms among the source's windows, or null when it has none: then nothing is late. */
export function lateness(pipeline: Pick<Pipeline, 'windows'>, source: string): number | null {
  const windows = windowsOf(pipeline, source);
  return windows.length === 0 ? null : Math.max(...windows.map((window) => window.latenessMs));
}

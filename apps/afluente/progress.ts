/** One line that says how far a pipeline is. */
import type { Observer, TaskView } from './observer.js';

const STAGES: ReadonlyArray<readonly [label: string, kinds: readonly string[], unit: string]> = [
  ['ingest', ['ingest'], 'messages'],
  ['validate', ['validate'], 'frames'],
  ['enrich', ['enrich'], 'frames'],
  ['aggregate', ['reduce', 'window', 'merge'], 'frames'],
  ['lake', ['lake'], 'frames'],
];

export class Progress {
  readonly #startedMs = performance.now();

  constructor(private readonly observer: Observer) {}

  /** @param published events published so far, where the caller is the producer */
  async line(published?: number): Promise<string> {
    const views = await this.observer.views();
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(0).padStart(3);
    const parts = STAGES.map(([label, kinds, unit]) => stageText(label, unit, views.filter(({ task }) => kinds.includes(task.kind))));
    return `${seconds} s  ${published === undefined ? '' : `published ${published}  `}${parts.join('  ')}${watermarkText(views)}`;
  }
}

function stageText(label: string, unit: string, views: readonly TaskView[]): string {
  const lag = views.reduce((sum, view) => sum + view.lag, 0);
  const down = views.filter(({ status }) => status !== undefined && status.state !== 'running').length;
  return `${label} ${lag === 0 ? 'caught up' : `${lag} ${unit} behind`}${down > 0 ? ` (${down} not running)` : ''}`;
}

function watermarkText(views: readonly TaskView[]): string {
  const watermarks = views.flatMap(({ status }) => (status?.watermarkMs == null ? [] : [status.watermarkMs]));
  return watermarks.length === 0 ? '' : `  watermark ${new Date(Math.min(...watermarks)).toISOString()}`;
}

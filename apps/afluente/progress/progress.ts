/** Says how far a pipeline is, a part for each service. */
import { allStages, services } from '#stages/kinds/all-stages';
import { serviceOf } from '#stages/topology/topology';
import type { Observer, TaskView } from './observer.js';

/** One part of the line for each service; one that is of a single stage is known by the name of that. */
const partsOfServices = services.map((service) => {
  const [first, ...more] = allStages.filter((stage) => stage.service === service);
  return { service, label: more.length > 0 ? service : first!.kind, unit: `${first!.takes}s` };
});

export class Progress {
  readonly #startedMs = performance.now();

  constructor(private readonly observer: Observer) {}

  /** @param published events published so far, where the caller is the producer */
  async parts(published?: number): Promise<string[]> {
    const views = await this.observer.views();
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(0).padStart(3);
    const services = partsOfServices.map(({ service, label, unit }) =>
      stageText(
        label,
        unit,
        views.filter(({ task }) => serviceOf(task) === service),
      ),
    );
    return [
      `${seconds} s`,
      ...(published === undefined ? [] : [`published ${published}`]),
      ...services,
      ...watermarkText(views),
    ];
  }
}

function stageText(label: string, unit: string, views: readonly TaskView[]): string {
  const lag = views.reduce((sum, view) => sum + view.lag, 0);
  const down = views.filter(({ status }) => status !== undefined && status.state !== 'running').length;
  return `${label} ${lag === 0 ? 'caught up' : `${lag} ${unit} behind`}${down > 0 ? ` (${down} not running)` : ''}`;
}

function watermarkText(views: readonly TaskView[]): string[] {
  const watermarks = views.flatMap(({ status }) => (status?.watermarkMs == null ? [] : [status.watermarkMs]));
  return watermarks.length === 0 ? [] : [`watermark ${new Date(Math.min(...watermarks)).toISOString()}`];
}

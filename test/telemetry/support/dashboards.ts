/** The Grafana dashboards of deploy/dashboards: their panels and queries. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: ReadonlyArray<{ readonly refId: string; readonly expr: string; readonly legendFormat: string }>;
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly definition?: string;
  readonly options: ReadonlyArray<{ readonly value: string }>;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly Panel[];
}

const folder = join(projectRoot, 'deploy', 'dashboards');

export function dashboards(): Array<Dashboard & { readonly file: string }> {
  return readdirSync(folder).map((file) => ({
    file,
    ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard),
  }));
}

/** Panels that show something. */
export function panelsOf({ panels }: Dashboard): Panel[] {
  return panels.filter(({ type }) => type !== 'row');
}

export interface Query {
  /** Dashboard, panel and target. */
  readonly where: string;
  readonly expr: string;
}

/** Every query, once for each value of a variable with a fixed list of values. @param interval what stands for Grafana's `$__rate_interval` */
export function queriesOf(board: Dashboard, interval: string): Query[] {
  const fixed = board.templating.list.find(({ type }) => type === 'custom');
  const values = fixed?.options.map(({ value }) => value) ?? [''];
  return values.flatMap((value) =>
    panelsOf(board).flatMap(({ title, targets = [] }) =>
      targets.map(({ refId, expr }) => ({
        where: `${board.title}: ${title} ${refId}${value && ` (${value})`}`,
        expr: filled(expr, interval, fixed?.name, value),
      })),
    ),
  );
}

/** Grafana replaces a variable of which all values are chosen by `.*`. */
function filled(expr: string, interval: string, name: string | undefined, value: string): string {
  const chosen = name === undefined ? expr : expr.replaceAll(`$${name}`, value);
  return chosen.replaceAll('$__rate_interval', interval).replace(/\$\w+/g, '.*');
}

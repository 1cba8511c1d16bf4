/** Which of our metrics a PromQL expression speaks of, and by which of their labels. */
import { metricSpecs } from '#telemetry/metric-specs';

/** Labels that every series has: from the process, or from whoever scrapes it. */
const everywhere = ['service', 'pipeline', 'namespace', 'pod', 'job', 'instance', 'le'];

const specs = new Map(Object.values(metricSpecs).map((spec) => [spec.name as string, spec]));
const suffix = /_(bucket|sum|count)$/;

/** Names of metrics of Afluente in an expression, without the suffixes of histograms. */
export function metricsIn(expr: string): string[] {
  const names = [...expr.matchAll(/\bafluente_\w+/g)].map(([name]) =>
    specs.has(name) ? name : name.replace(suffix, ''),
  );
  return [...new Set(names)];
}

/** Names that no service has. */
export function unknownMetrics(expr: string): string[] {
  return metricsIn(expr).filter((name) => !specs.has(name));
}

/** Labels of selectors and groupings that none of the expression's metrics has. */
export function unknownLabels(expr: string): string[] {
  const known = new Set([...everywhere, ...metricsIn(expr).flatMap((name) => specs.get(name)?.labels ?? [])]);
  const selected = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, inner = '']) =>
    [...inner.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label),
  );
  const grouped = [...expr.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, inner = '']) =>
    inner
      .split(',')
      .map((label) => label.trim())
      .filter(Boolean),
  );
  return [...new Set([...selected, ...grouped])].filter((label) => !known.has(label));
}

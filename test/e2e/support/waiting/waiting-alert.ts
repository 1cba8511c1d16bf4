/** The alert on tasks that wait, as Prometheus fires it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { stringify } from 'yaml';
import { alertFiles } from '../../../telemetry/support/alert-rules.js';
import { promtool } from '../../../telemetry/support/promtool.js';

/** Prometheus' own judgement of the series that the service shows, as time goes on. @param folder for files of its own */
export async function expectToFire(sample: string, folder: string): Promise<void> {
  const series = sample.slice(0, sample.lastIndexOf(' '));
  const labels = Object.fromEntries([...series.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const outcome = async (values: string, fires: boolean) => {
    const file = join(folder, 'waiting.test.yaml');
    const alerts = [
      {
        eval_time: '2m',
        alertname: 'AfluenteTaskWaiting',
        exp_alerts: fires
          ? [{ exp_labels: { ...labels, severity: 'critical' }, exp_annotations: annotationsOf(labels) }]
          : [],
      },
    ];
    writeFileSync(
      file,
      stringify({
        rule_files: alertFiles('.rules.yaml'),
        evaluation_interval: '30s',
        tests: [{ interval: '30s', input_series: [{ series, values }], alert_rule_test: alerts }],
      }),
    );
    return promtool(['test', 'rules', file]);
  };
  expect(await outcome('3+30x4', true)).toMatchObject({ ok: true });
  expect(await outcome('3+10x4', false)).toMatchObject({ ok: true });
}

function annotationsOf({
  task,
  pipeline: name,
  reason,
}: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return {
    summary: `Task ${task} of ${name} has waited for more than a minute (for: ${reason})`,
    description: 'It tries again by itself, in vain. What its partition or table should do stands still until then.',
    runbook_url: 'https://github.com/afluente/afluente/blob/main/docs/runbooks/task-waiting.md',
  };
}

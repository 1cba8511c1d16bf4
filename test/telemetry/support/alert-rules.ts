/** The alerts of deploy/alerts and their unit tests, as their files have them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../support/project-root.js';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleTest {
  readonly name: string;
  readonly alert_rule_test: ReadonlyArray<{ readonly alertname: string; readonly exp_alerts: readonly unknown[] }>;
}

export const alertsFolder = join(projectRoot, 'deploy', 'alerts');

export function alertFiles(ending: '.rules.yaml' | '.test.yaml'): string[] {
  return readdirSync(alertsFolder)
    .filter((name) => name.endsWith(ending))
    .map((name) => join(alertsFolder, name));
}

const read = (path: string): unknown => parse(readFileSync(path, 'utf8'));

export function alertRules(): AlertRule[] {
  return alertFiles('.rules.yaml')
    .flatMap((path) => (read(path) as { groups: { rules: AlertRule[] }[] }).groups)
    .flatMap(({ rules }) => rules);
}

export function ruleTests(): RuleTest[] {
  return alertFiles('.test.yaml').flatMap((path) => (read(path) as { tests: RuleTest[] }).tests);
}

/** A table of settings: its values as the environment has them, and its variables one by one. */
import type { Env, Setting, Variable } from './setting.js';

export interface SettingTable {
  readonly [name: string]: Variable | SettingTable;
}

/** The values of a table; variables that others read are left out. */
export type ValuesOf<Table> = {
  readonly [Name in keyof Table as Table[Name] extends Variable
    ? Table[Name] extends Setting<unknown>
      ? Name
      : never
    : Name]: Table[Name] extends Setting<infer Value> ? Value : ValuesOf<Table[Name]>;
};

/** @throws ConfigError naming the variable and what to set */
export function valuesOf<Table extends SettingTable>(table: Table, env: Env): ValuesOf<Table> {
  const values = Object.entries(table).flatMap(([name, entry]) => {
    if (!isVariable(entry)) return [[name, valuesOf(entry, env)]];
    return isSetting(entry) ? [[name, entry.read(env)]] : [];
  });
  return Object.fromEntries(values) as ValuesOf<Table>;
}

/** Every variable, in the order of the table. */
export function variablesOf(table: SettingTable): Variable[] {
  return Object.values(table).flatMap((entry) => (isVariable(entry) ? [entry] : variablesOf(entry)));
}

export function isSetting(variable: Variable): variable is Setting<unknown> {
  return 'read' in variable;
}

function isVariable(entry: Variable | SettingTable): entry is Variable {
  return typeof entry['meaning'] === 'string';
}

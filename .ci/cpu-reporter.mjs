/** Jest's reporter that writes what each spec file took of the processors, as JSON by path, to AFL_CI_CPU. With --runInBand only: it runs where the specs do. */
import { writeFileSync } from 'node:fs';
import { endedChildrenCpuSeconds } from './cpu-of-children.mjs';

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + endedChildrenCpuSeconds();
}

export default class CpuReporter {
  #counted = cpuSeconds();
  /** @type {Record<string, number>} */
  #byPath = {};

  /** @param {{ path: string }} test */
  onTestFileResult({ path }) {
    const all = cpuSeconds();
    this.#byPath[path] = all - this.#counted;
    this.#counted = all;
  }

  onRunComplete() {
    writeFileSync(process.env['AFL_CI_CPU'] ?? '', JSON.stringify(this.#byPath));
  }
}

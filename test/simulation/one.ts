/** Runs one seed and prints it (scratch). */
import './prepare.js';
const { runSeed } = await import('./run-seed.js');
const [first = 1, count = 1, verbose = 0] = process.argv.slice(2).map(Number);
const t = process.hrtime.bigint(); const c = process.cpuUsage();
let bad = 0; let drainMax = 0;
for (let seed = first; seed < first + count; seed++) {
  const r = await runSeed(seed, verbose > 0);
  if (verbose) console.log(r.history.join('\n'));
  drainMax = Math.max(drainMax, r.drainSeconds);
  if (r.findings.examples.length > 0) { bad++; console.log(seed, JSON.stringify(r.settings), r.findings.examples.slice(0, 4)); }
}
const cpu = process.cpuUsage(c);
console.log({ count, bad, drainMax, wallMs: Number(process.hrtime.bigint() - t) / 1e6 / count, cpuMs: (cpu.user + cpu.system) / 1000 / count });

/** Runs one seed and prints it (scratch). */
import './prepare.js';
const { runSeed } = await import('./run-seed.js');
const [first = 1, count = 1, verbose = 0] = process.argv.slice(2).map(Number);
const t = process.hrtime.bigint(); const c = process.cpuUsage();
let bad = 0; const kinds = new Map<string, [number, number]>(); let drainMax = 0;
for (let seed = first; seed < first + count; seed++) {
  if (process.env['KIND'] && (await import('./world/settings.js')).settingsOf(seed, new (await import('./time/random.js')).Random(seed), false).windows === (process.env['KIND'] === 'chain')) continue; const c1 = process.cpuUsage(); const r = await runSeed(seed, verbose > 0);
  { const u = process.cpuUsage(c1); const key = `${r.settings.windows ? 'windows' : 'chain'} ${r.settings.apart ? 'apart' : ''}`; const e = kinds.get(key) ?? [0, 0]; kinds.set(key, [e[0] + 1, e[1] + (u.user + u.system) / 1000]); }
  if (verbose && !process.env['DIGEST']) console.log(r.history.join('\n'));
  if (process.env['DIGEST']) console.log(seed, (await import('node:crypto')).createHash('sha1').update(r.history.join('\n')).digest('hex'));
  drainMax = Math.max(drainMax, r.drainSeconds || 0);
  if (r.findings.examples.length > 0) { bad++; console.log(seed, JSON.stringify(r.settings), r.findings.examples.slice(0, 4)); }
}
const cpu = process.cpuUsage(c);
console.log({ count, bad, drainMax, wallMs: Number(process.hrtime.bigint() - t) / 1e6 / count, cpuMs: (cpu.user + cpu.system) / 1000 / count });
for (const [k, [n, ms]] of kinds) console.log(k, n, (ms / n).toFixed(1));

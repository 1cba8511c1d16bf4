/** Says how many modules a program has loaded, by package. Run: node --import ./dist/test/bench/processes/count-modules.js dist/apps/validate/main.js --help */
import { registerHooks } from 'node:module';

const counts = new Map<string, number>();

registerHooks({
  load: (url, context, nextLoad) => {
    const [, bundled, name = 'afluente'] =
      /(dist\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url) ?? [];
    const owner = url.startsWith('node:') ? 'node' : `${name}${bundled ? ' (bundled)' : ''}`;
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
    return nextLoad(url, context);
  },
});

process.on('exit', () => {
  const all = [...counts].sort(([, a], [, b]) => b - a);
  process.stderr.write(`${all.map(([owner, count]) => `${String(count).padStart(6)} ${owner}\n`).join('')}`);
  process.stderr.write(`${all.reduce((sum, [, count]) => sum + count, 0)} modules\n`);
});

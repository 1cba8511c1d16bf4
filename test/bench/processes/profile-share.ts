/**
 * The share of the CPU of the five services that is spent in some files and in what they call, from CPU profiles of a run.
 *
 *     node --cpu-prof --cpu-prof-interval 500 --cpu-prof-dir=/tmp/profiles dist/test/bench/main.js --only afluente --events 1000000
 *     node dist/test/bench/processes/profile-share.js /tmp/profiles 'opentelemetry|trac|otlp|peek-columns'
 *
 * Unlike the CPU of two runs, it can be told to a tenth of a percent on a machine that does other things too. What a process loads when it starts is left out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const [folder = '.', pattern = 'x^'] = process.argv.slice(2);
const files = new RegExp(pattern);
const service = /apps\/(ingest|validate|enrich|aggregate|lake-writer)\/main/;
const idle = /^\((idle|program)\)$/;
const loading = /open-tracing|internal\/modules\//;

let [busyMs, insideMs] = [0, 0];
for (const file of readdirSync(folder)) {
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile;
  const name = profile.nodes
    .map(({ callFrame }) => service.exec(callFrame.url)?.[1])
    .find((found) => found !== undefined);
  if (name === undefined) continue;
  const { busy, inside } = shareOf(profile);
  process.stdout.write(
    `${name.padEnd(12)} ${(busy / 1e6).toFixed(2).padStart(7)} s busy, ${((inside / busy) * 100).toFixed(2)} %\n`,
  );
  busyMs += busy / 1000;
  insideMs += inside / 1000;
}
process.stdout.write(`together     ${((insideMs / busyMs) * 100).toFixed(2)} %\n`);

/** Both in µs. */
function shareOf({ nodes, samples, timeDeltas }: Profile): { busy: number; inside: number } {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const self = new Map<number, number>();
  for (const [i, id] of samples.entries()) self.set(id, (self.get(id) ?? 0) + (timeDeltas[i] ?? 0));
  const sum = { busy: 0, inside: 0 };
  const walk = (node: ProfileNode, within: boolean): void => {
    const { functionName, url } = node.callFrame;
    if (loading.test(url)) return;
    const inside = within || files.test(url);
    const micros = idle.test(functionName) ? 0 : (self.get(node.id) ?? 0);
    sum.busy += micros;
    if (inside) sum.inside += micros;
    for (const child of node.children ?? []) walk(byId.get(child)!, inside);
  };
  walk(nodes[0]!, false);
  return sum;
}

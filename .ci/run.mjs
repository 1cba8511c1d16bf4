/** Runs the tests, the simulation, the type check, the linter and the checks of what is shipped, looks for leaks, and sums up in one line. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { notChecked } from '../scripts/supply/audit-verdict.mjs';
import { leakedProcesses, marker } from './leaks.mjs';
import { runStep } from './step.mjs';
import { count, judge, note, sumUp } from './tally.mjs';

const testMsMax = 30 * 60_000;
const supplyMsMax = 2 * 60_000;
/** For what stands back while specs run. */
const patientMsMax = 60 * 60_000;
const simulatedSeeds = 10_000;
/**
 * Folders whose specs share a process, two of these side by side, those that take longest before those that are over soon. What a spec has loaded stays in the memory of
 * its process, 12 MB of each: with all specs of libs in one, every full collection of garbage took most of a second.
 */
const groups = [
  'test/controls',
  'test/ground',
  'test/operations',
  'test/doctor',
  'test/e2e',
  'test/telemetry',
  'test/security',
  'test/bounds',
  'test/integration',
  'test/helm',
  'libs/stages',
  'libs/runtime',
  'libs',
];
const lanes = 2;
/**
 * What measures pauses runs first, and alone; what keeps the disk busy with images runs when no other spec needs it. The simulation, whose time is virtual, and the checks of the
 * code run all the while with what the others leave of the processors: specs wait for servers, leases and timers for a good part of their time.
 */
const handovers = '(scale|rolling-restart)\\.spec';
const images = 'test/container/';
/** Builds with a planted bug, which the simulation must find within 1,000 seeds (test/controls). */
const controls = [
  'fence-removed',
  'position-ignored',
  'ack-then-publish',
  'plain-put',
  'naive-msg-id',
  'deaths-uncounted',
  'columns-dropped',
  'state-not-inherited',
  'clock-trusted',
];
/**
 * Jest prints these when a spec left a timer, connection or server open. A group runs in one process: a worker that needs more than
 * half a second to unload its native libraries on a busy machine would count as a leak.
 */
const openHandle = /did not exit one second after the test run|worker process has failed to exit gracefully/;
const settleMs = 1000;

/** Lines of a failed test's message that the end repeats. */
const messageLinesMax = 30;

/**
 * Runs a group of specs in one process.
 * @param {string} group
 * @param {string[]} which
 */
async function test(group, which) {
  const summary = join(folder, `${group.replaceAll(/\W/g, '-')}.json`);
  const startMs = performance.now();
  const cpu = `${summary}.cpu`;
  const reporters = ['--reporters=default', '--reporters=<rootDir>/.ci/cpu-reporter.mjs'];
  const args = ['test', '--', '--runInBand', '--json', `--outputFile=${summary}`, ...reporters, ...which];
  const run = await runStep('npm', args, {
    env: { ...mark, AFL_CI_CPU: cpu },
    timeoutMs: testMsMax,
    hang: openHandle,
  });
  note(`all of ${group}`, (performance.now() - startMs) / 1000, run.cpuSeconds);
  try {
    countTests(group, summary, cpu);
  } catch (error) {
    judge(`the tests of ${group} run`, [
      `npm test ended with code ${run.code} and left no summary (${String(error)}): see above.`,
    ]);
  }
  judge(
    `no spec of ${group} leaves a handle open`,
    openHandle.test(run.output)
      ? ['Jest could not end by itself: close what the specs open (find it with `npm test -- --detectOpenHandles`).']
      : [],
  );
}

/**
 * @param {string} group
 * @param {string} summary file that Jest wrote
 * @param {string} cpu file that our reporter wrote
 */
function countTests(group, summary, cpu) {
  /** @type {Record<string, number>} */
  const cpuSeconds = JSON.parse(readFileSync(cpu, 'utf8'));
  const result = JSON.parse(readFileSync(summary, 'utf8'));
  count(result.numPassedTests, failedTests(result));
  for (const { name, startTime, endTime } of result.testResults)
    note(relative(process.cwd(), name), (endTime - startTime) / 1000, cpuSeconds[name]);
  const off = result.numPendingTests + result.numTodoTests;
  judge(`no test of ${group} is skipped`, off === 0 ? [] : [`${off} tests were skipped: every test runs, always.`]);
  judge(
    `every spec file of ${group} could be run`,
    result.numRuntimeErrorTestSuites === 0
      ? []
      : [`${result.numRuntimeErrorTestSuites} spec files broke before their tests: see above.`],
  );
}

/** @param {{ testResults: { assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[] }} result what Jest wrote */
function failedTests({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed'),
  );
  return tests.map(
    ({ fullName, failureMessages }) =>
      `${fullName}\n${failureMessages.join('\n').split('\n').slice(0, messageLinesMax).join('\n')}`,
  );
}

/**
 * @param {string} what
 * @param {string[]} args
 */
async function simulate(what, args) {
  const startMs = performance.now();
  const run = await runStep('npm', ['run', '--silent', 'test:simulation', '--', ...args], {
    env: mark,
    timeoutMs: patientMsMax,
    last: true,
  });
  note(what, (performance.now() - startMs) / 1000, run.cpuSeconds);
  judge(
    what,
    run.code === 0 ? [] : [`\`npm run test:simulation -- ${args.join(' ')}\` ended with code ${run.code}: see above.`],
  );
}

/** What is shipped: its licences, its list, and what the registry knows of it. An audit that nobody answered is said to be none, and counts as nothing. */
async function checkSupply() {
  const script = (/** @type {string[]} */ ...args) => runStep('node', args, { env: mark, timeoutMs: supplyMsMax });
  const licences = await script('scripts/licences.mjs');
  judge(
    'the licences of what runs in production may be shipped',
    licences.code === 0 ? [] : ['`node scripts/licences.mjs` names those that may not: see above.'],
  );
  const bill = await script('scripts/sbom.mjs', join(folder, 'sbom.cdx.json'));
  judge('the bill of materials is whole', bill.code === 0 ? [] : ['`node scripts/sbom.mjs` fails: see above.']);
  const audit = await script('scripts/audit.mjs');
  if (audit.code === notChecked)
    process.stdout.write('NOT CHECKED: whether what runs in production has known vulnerabilities\n');
  else
    judge(
      'no known vulnerability runs in production',
      audit.code === 0 ? [] : ['`node scripts/audit.mjs` names them: see above.'],
    );
}

/** Whatever does not mind when it runs. */
async function checkPatiently() {
  await simulate(`${simulatedSeeds} seeds of the simulation pass`, ['--seeds', String(simulatedSeeds)]);
  for (const control of controls)
    await simulate(`the simulation finds the planted bug ${control}`, ['--control', control]);
  const check = (/** @type {string} */ command) =>
    runStep('npm', ['run', command], { env: mark, timeoutMs: patientMsMax, last: true });
  const types = await check('typecheck');
  judge('the types hold', types.code === 0 ? [] : ['`npm run typecheck` fails: see above.']);
  const dialect = await check('lint');
  judge(
    'the code is in one dialect',
    dialect.code === 0 ? [] : ['`npm run lint` fails: see above; `npm run format` corrects most of it.'],
  );
}

const folder = mkdtempSync(join(tmpdir(), 'afluente-ci-'));
const mark = { [marker]: `${process.pid}-${Date.now()}` };
try {
  const folders = groups.map((group) => ({
    group,
    which: [
      `--testPathPatterns=${group}/`,
      ...[handovers, ...groups.filter((inner) => inner.startsWith(`${group}/`)).map((inner) => `${inner}/`)].map(
        (ignored) => `--testPathIgnorePatterns=${ignored}`,
      ),
    ],
  }));
  const others = {
    group: 'the other folders',
    which: [`--testPathIgnorePatterns=(${groups.join('|')})/`, `--testPathIgnorePatterns=${images}`],
  };
  const waiting = [others, ...folders];
  const specs = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await test(next.group, next.which);
  };
  await test('hand-overs', [`--testPathPatterns=${handovers}`]);
  const specsAndImages = async () => {
    await Promise.all(Array.from({ length: lanes }, specs));
    await test('containers', [`--testPathPatterns=${images}`]);
  };
  await Promise.all([specsAndImages(), checkPatiently()]);
  await sleep(settleMs);
  judge('no spec leaves a process behind', leakedProcesses(`${marker}=${mark[marker]}`));
  await checkSupply();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = sumUp();

/** Counts what passed and failed and what it took, and says so at the end. */
let passed = 0;
/**
 * Said once more at the end: a log of this length is often kept without its middle.
 * @type {string[]}
 */
const failures = [];
/** @type {[what: string, seconds: number][]} */
const durations = [];
/** @type {[what: string, seconds: number][]} */
const cpuSeconds = [];
const longestShown = 40;

/**
 * @param {string} what
 * @param {string[]} problems
 */
export function judge(what, problems) {
  if (problems.length === 0) passed += 1;
  else failures.push(what);
  process.stdout.write(
    `${problems.length === 0 ? 'ok' : 'FAILED'}: ${what}\n${problems.map((problem) => `  ${problem}\n`).join('')}`,
  );
}

/**
 * @param {number} count of tests that passed
 * @param {string[]} failed those that did not, with their messages
 */
export function count(count, failed) {
  passed += count;
  failures.push(...failed);
}

/**
 * @param {string} what
 * @param {number} seconds by the clock
 * @param {number} [ofProcessors] CPU seconds of all its processes
 */
export function note(what, seconds, ofProcessors) {
  durations.push([what, seconds]);
  if (ofProcessors !== undefined) cpuSeconds.push([what, ofProcessors]);
}

/** @returns the exit code */
export function sumUp() {
  showLongest('What took longest', durations);
  showLongest('What took most of the processors', cpuSeconds);
  for (const failure of failures) process.stdout.write(`FAILED: ${failure}\n`);
  process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
  return failures.length === 0 ? 0 : 1;
}

/**
 * @param {string} title
 * @param {[what: string, seconds: number][]} all
 */
function showLongest(title, all) {
  const longest = all.sort(([, a], [, b]) => b - a).slice(0, longestShown);
  process.stdout.write(
    `${title}:\n${longest.map(([what, seconds]) => `${seconds.toFixed(0).padStart(6)} s  ${what}\n`).join('')}`,
  );
}

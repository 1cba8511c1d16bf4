/** What the programs of the harness share: a place for the history, orderly ends on signals, the verdict as the last line. */
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir } from '../support/temp-dir.js';
import { Cleanup } from './cleanup.js';
import { History } from './history.js';

export interface Run {
  readonly history: History;
  readonly cleanup: Cleanup;
  /** Ends with the run, for the stores of the servers. */
  readonly temporary: string;
  /** Aborted by the first Ctrl-C: no further fault, but the check. */
  readonly stop: AbortSignal;
}

export interface Ended {
  readonly verdict: object;
  readonly succeeded: boolean;
}

export interface Program {
  /** Of data/, for the histories of such programs. Default: faults. */
  readonly folder?: string;
  /** Begins the name of the history's folder. */
  readonly name: string;
  readonly servers: 'r1' | 'r3';
  /** The command that runs it again. */
  readonly again: string;
  run(run: Run): Promise<Ended>;
}

/** Progress goes to standard error, the last line of standard output is the verdict as one JSON object; exit code 1 when it failed. */
export async function runProgram({ folder = 'faults', name, servers, again, run }: Program): Promise<void> {
  // The harness creates streams and buckets too, where it comes first.
  process.env['AFL_STREAM_REPLICAS'] = servers === 'r1' ? '1' : '3';
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const history = new History(join(projectRoot, 'data', folder, `${name}-${stamp}`), (line) =>
    process.stderr.write(`${line}\n`),
  );
  const cleanup = new Cleanup();
  const stop = stopOnSignals(cleanup);
  const sayWhere = (): void =>
    void process.stderr.write(`history, logs and verdict: ${history.folder}\nrun it again: ${again}\n`);
  try {
    const temporary = makeTempDir(folder);
    cleanup.add(() => temporary.remove());
    const { verdict, succeeded } = await run({ history, cleanup, temporary: temporary.path, stop });
    await cleanup.run();
    history.save('verdict.json', verdict);
    sayWhere();
    process.stdout.write(`${JSON.stringify(verdict)}\n`);
    process.exitCode = succeeded ? 0 : 1;
  } catch (error) {
    await cleanup.run();
    history.note({ what: 'broken', error: (error as Error).stack });
    process.stderr.write(`${(error as Error).stack}\n`);
    sayWhere();
    process.exitCode = 1;
  }
}

function stopOnSignals(cleanup: Cleanup): AbortSignal {
  const stop = new AbortController();
  const endNow = (): void => void cleanup.run().then(() => process.exit(130));
  process.once('SIGINT', () => {
    process.stderr.write('stopping after this fault; again to stop at once\n');
    stop.abort();
    process.once('SIGINT', endNow);
  });
  process.once('SIGTERM', endNow);
  return stop.signal;
}

/** Child processes of tests: their output goes to a file, and they die with the process that started them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';

const setpriv = '/usr/bin/setpriv';
const stopGraceMs = 10_000;
const logTailChars = 4000;

export interface ProcessOptions {
  readonly file: string;
  readonly args: readonly string[];
  /** Receives stdout and stderr, appended. */
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
}

export interface RunningProcess {
  readonly pid: number;
  readonly logFile: string;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  running(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after 10 s; resolves when the process is gone. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<number | null>;
  /** The end of the log, for messages of failures. */
  logTail(): string;
}

/** Starts a program; setpriv(1) has the kernel kill it should this test process die without stopping it. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const words = existsSync(setpriv)
    ? [setpriv, '--pdeathsig', 'KILL', options.file, ...options.args]
    : [options.file, ...options.args];
  const log = openSync(options.logFile, 'a');
  const child = spawn(words[0] ?? options.file, words.slice(1), {
    stdio: ['ignore', log, log],
    env: options.env,
    cwd: options.cwd,
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  try {
    await spawned(child, options.file);
  } finally {
    closeSync(log);
  }
  return describeProcess(child, exited, options.logFile);
}

function spawned(child: ChildProcess, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new Error(`Cannot start ${file}: ${cause.message}`, { cause })));
  });
}

function describeProcess(child: ChildProcess, exited: Promise<number | null>, logFile: string): RunningProcess {
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (running()) child.kill(signal);
    return exited;
  };
  return {
    pid: child.pid ?? -1,
    logFile,
    exited,
    running,
    signal: (signal) => void child.kill(signal),
    kill: () => end('SIGKILL'),
    stop: async () => {
      const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
      try {
        return await end('SIGTERM');
      } finally {
        clearTimeout(force);
      }
    },
    logTail: () => readFileSync(logFile, 'utf8').slice(-logTailChars),
  };
}

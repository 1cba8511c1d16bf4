/** What a test may ask of its nats-server, and what it gets. */
export type NatsVersion = '2.9' | '2.10' | 'current';

export interface NatsOptions {
  /** Default: the server that the set-up found (AFL_NATS_SERVER, else on PATH), or the image AFL_TEST_NATS_IMAGE. */
  readonly version?: NatsVersion | undefined;
  /** Text of a configuration file, or an object that becomes one; address, port, monitoring and store are set by the fixture. */
  readonly config?: string | Readonly<Record<string, unknown>> | undefined;
  /** Kept on stop when given. Default: a temporary directory, removed on stop. */
  readonly storeDir?: string | undefined;
  readonly port?: number | undefined;
}

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  /** HTTP monitoring: `/varz`, `/jsz` … */
  readonly monitorUrl: string;
  readonly storeDir: string;
  /** Of the server process (as this machine sees it); changes with restart(). */
  readonly pid: number;
  /** Ends the server and removes what the fixture made. */
  stop(): Promise<void>;
  /** kill -9; the store stays, restart() brings the server back. */
  kill(): Promise<void>;
  /** Stops the server if it runs and starts it again on the same port and store. */
  restart(): Promise<void>;
  /** The end of the server's log. */
  logTail(): Promise<string>;
}

/** Both kinds of fixture agree on these. */
export interface ServerPlan {
  readonly version: NatsVersion | undefined;
  readonly port: number;
  readonly monitorPort: number;
  /** Holds configuration and log; removed on stop. */
  readonly workDir: string;
  readonly storeDir: string;
  readonly configFile: string | undefined;
}

/** A server that can be started again after it ended. */
export interface ServerRuns {
  pid(): number;
  /** False once the server ended by itself, e.g. over its configuration. */
  alive(): boolean;
  start(): Promise<void>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** After the last end(): gives back what only this kind holds. */
  release(): Promise<void>;
  logTail(): Promise<string>;
}

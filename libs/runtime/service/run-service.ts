/** Starts one service: its module in Nest, health and metrics, then the transport of frames; and a clean stop on SIGTERM or SIGINT. */
import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { NatsLimitError } from '#nats/ground/nats-limit-error';
import type { Service } from '#stages/topology/topology';
import { createLogger, nestLogger } from '../ground/logger.js';
import { reasonOf, safeError, standsForItself } from '../ground/safe-error.js';
import { readConfig } from '../settings/config.js';
import { ConfigError } from '../settings/config-error.js';
import { settingsHelp } from '../settings/settings-help.js';
import { Ending } from './ending.js';
import { FrameStrategy } from './frame-strategy.js';
import { PipelineError } from './pipeline-source.js';
import { roleOf } from './runtime.module.js';
import { tuneHeap } from './tune-heap.js';

/** Somebody has to change the pipeline, or a limit of NATS: to start again as it is does not help. */
const exitUsage = 2;

/** @param module imports `RuntimeModule.forService(service)`, and has the controllers of the service's stages, if it has any */
export async function runService(service: Service, module: Type<unknown>): Promise<void> {
  if (process.argv[2] === '--help') return void process.stdout.write(`afluente ${service}\n\n${settingsHelp()}`);
  tuneHeap();
  if (roleOf(process.argv) === 'rehearsals') return runRehearsals(module);
  // The parent may be gone with its terminal: then nobody reads, and a write must not end the process.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let log = createLogger(service, '');
  const ending = new Ending(() => log);
  try {
    const { instance, logLevel, httpPort, httpHost } = readConfig();
    log = createLogger(service, instance, logLevel);
    const app = await NestFactory.create(module, { logger: nestLogger(log), abortOnError: false });
    app.connectMicroservice({ strategy: app.get(FrameStrategy) });
    ending.closes(app);
    await app.listen(httpPort, httpHost).catch((error: NodeJS.ErrnoException) => {
      throw listenProblem(error, httpHost, httpPort) ?? error;
    });
    await app.startAllMicroservices();
    process.send?.({ ready: true, url: (await app.getUrl()).replace('[::1]', '127.0.0.1') });
  } catch (error) {
    // What fails because it is being ended is no failure.
    if (ending.begun) return;
    process.exitCode =
      error instanceof PipelineError || error instanceof NatsLimitError || error instanceof ConfigError ? exitUsage : 1;
    // The command line shows its user what a service of its own says last; elsewhere logs are read by machines.
    if (process.send) process.stderr.write(`${service}: ${describe(error)}\n`);
    else log.fatal({ reason: reasonOf(error), err: error }, 'not started');
    process.exit();
  }
}

function listenProblem({ code }: NodeJS.ErrnoException, host: string, port: number): Error | undefined {
  const place = `port ${port} of ${host}`;
  switch (code) {
    case 'EADDRINUSE':
      return new ConfigError(
        `${place} is taken by another process. Set AFL_HTTP_PORT to another one, or leave it out for a free one.`,
      );
    case 'EACCES':
      return new ConfigError(`${place} may not be listened on (EACCES). Set AFL_HTTP_PORT to one of 1024 or more.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError(
        `${host} is no address of this machine (${code}). Set AFL_HTTP_HOST to one that is, e.g. 127.0.0.1 or 0.0.0.0.`,
      );
    default:
      return undefined;
  }
}

/** Only the steps of a service, for a process of the same program that asks for them (rehearsal-process.ts). */
async function runRehearsals(module: Type<unknown>): Promise<void> {
  const transport: AsyncMicroserviceOptions = {
    inject: [FrameStrategy],
    useFactory: (strategy: FrameStrategy) => ({ strategy }),
  };
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(module, { ...transport, logger: false });
  await app.listen();
}

/** Errors that say what to do stand for themselves; others show where they came from. */
function describe(error: unknown): string {
  const { message, at } = safeError(error);
  return standsForItself(error) ? message : [message, ...at].join('\n    ');
}

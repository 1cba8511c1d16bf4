/** Starts one service: Nest, the frame transport, health and metrics, and a clean stop on SIGTERM or SIGINT. */
import 'reflect-metadata';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Service } from '#stages/topology';
import { readConfig } from './config.js';
import { FrameStrategy } from './frame-strategy.js';
import { HealthController } from './health.controller.js';
import { createLogger, nestLogger, type Logger } from './logger.js';
import { PipelineError, PipelineSource } from './pipeline-source.js';
import { SERVICE_PROCESS, ServiceProcess } from './service-process.js';
import { reasonOf, standsForItself, tellable } from './tellable-error.js';

@Module({})
class ServiceModule {
  static of(service: ServiceProcess, stage: Type<unknown> | undefined): DynamicModule {
    const providers = [
      { provide: SERVICE_PROCESS, useValue: service },
      { provide: PipelineSource, useValue: service.source },
    ];
    return { module: ServiceModule, global: true, imports: stage ? [stage] : [], controllers: [HealthController], providers, exports: providers };
  }
}

const EXIT_PIPELINE = 2;
/** A drain takes a step and a commit; it lasts longer only when NATS or the lake does not answer. */
const DRAIN_MS_MAX = 20_000;

/** @param stage the module with the service's @OnFrames handlers, if it has any */
export async function runService(service: Service, stage?: Type<unknown>): Promise<void> {
  let log = createLogger(service, '');
  const ending = new Ending(() => log);
  try {
    const config = readConfig();
    log = createLogger(service, config.instance, config.logLevel);
    const process_ = await ServiceProcess.open(service, config, log);
    const app = await NestFactory.create(ServiceModule.of(process_, stage), { logger: nestLogger(log), abortOnError: false });
    app.connectMicroservice({ strategy: new FrameStrategy(process_) });
    ending.closes(app);
    await app.listen(config.httpPort, config.httpHost);
    await app.startAllMicroservices();
    // The parent may be gone with its terminal: then nobody reads, and a write must not end the process.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    process.send?.({ ready: true, url: (await app.getUrl()).replace('[::1]', '127.0.0.1') });
  } catch (error) {
    // What fails because it is being ended is no failure.
    if (ending.begun) return;
    process.exitCode = error instanceof PipelineError ? EXIT_PIPELINE : 1;
    // The command line shows its user what a service of its own says last; elsewhere logs are read by machines.
    if (process.send) process.stderr.write(`${service}: ${describe(error)}\n`);
    else log.fatal({ reason: reasonOf(error), err: error }, 'not started');
    process.exit();
  }
}

/** The end of a service, once: by a signal, or when `afluente up` or `start`, which hold a channel to it, are gone. */
class Ending {
  begun = false;
  #app: { close(): Promise<void> } | undefined;

  constructor(private readonly log: () => Logger) {
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(event, () => void this.#begin(event));
    // Node would print the message, which may quote data, and the line of code.
    for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error: unknown) => this.#endAtOnce(error));
  }

  /** What to close from now on; before, nothing is owned and the process may just end. */
  closes(app: { close(): Promise<void> }): void {
    this.#app = app;
  }

  async #begin(why: string): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    this.log().info({ why }, 'stopping: steps in progress are finished, tasks are handed over');
    setTimeout(() => process.exit(1), DRAIN_MS_MAX).unref();
    await this.#app?.close().catch((error: Error) => {
      this.log().error({ reason: reasonOf(error), err: error }, 'not stopped in order');
      process.exitCode = 1;
    });
    process.exit();
  }

  /** Nobody knows what such an error left half done: the next start reads where it was. */
  #endAtOnce(error: unknown): void {
    this.log().fatal({ reason: reasonOf(error), err: error }, 'ended by an error that nobody caught');
    process.exit(1);
  }
}

/** Errors that say what to do stand for themselves; others show where they came from. */
function describe(error: unknown): string {
  const { message, at } = tellable(error);
  return standsForItself(error) ? message : [message, ...at].join('\n    ');
}

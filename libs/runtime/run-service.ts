/** Starts one service: Nest, the frame transport, health and metrics, and a clean stop on SIGTERM or SIGINT. */
import 'reflect-metadata';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Service } from '#stages/topology';
import { StreamSetupError } from '#nats/stream-setup-error';
import { NatsUnavailableError } from '#nats/connection';
import { CreateOnlyUnsupportedError, StoreError } from '#store/store-errors';
import { ConfigError, readConfig } from './config.js';
import { FrameStrategy } from './frame-strategy.js';
import { HealthController } from './health.controller.js';
import { PipelineError, PipelineSource } from './pipeline-source.js';
import { SERVICE_PROCESS, ServiceProcess } from './service-process.js';

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
  const ending = new Ending();
  try {
    const config = readConfig();
    const process_ = await ServiceProcess.open(service, config);
    const app = await NestFactory.create(ServiceModule.of(process_, stage), { logger: ['error', 'warn'], abortOnError: false });
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
    process.stderr.write(`${service}: ${describe(error)}\n`);
    process.exit();
  }
}

/** The end of a service, once: by a signal, or when `afluente up` or `start`, which hold a channel to it, are gone. */
class Ending {
  begun = false;
  #app: { close(): Promise<void> } | undefined;

  constructor() {
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(event, () => void this.#begin());
  }

  /** What to close from now on; before, nothing is owned and the process may just end. */
  closes(app: { close(): Promise<void> }): void {
    this.#app = app;
  }

  async #begin(): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    setTimeout(() => process.exit(1), DRAIN_MS_MAX).unref();
    await this.#app?.close().catch((error: Error) => {
      process.stderr.write(`while ending: ${error.message}\n`);
      process.exitCode = 1;
    });
    process.exit();
  }
}

/** Errors that say what to do stand for themselves; others show where they came from. */
function describe(error: unknown): string {
  const told = [PipelineError, ConfigError, NatsUnavailableError, StreamSetupError, StoreError, CreateOnlyUnsupportedError].some((kind) => error instanceof kind);
  return told ? (error as Error).message : ((error as Error).stack ?? String(error));
}

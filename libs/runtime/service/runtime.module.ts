/** What a service's module imports: everything that runs its tasks, as providers that a test can override, and its health and metrics over HTTP. */
import { type DynamicModule, Module } from '@nestjs/common';
import type { Service } from '#stages/topology/topology';
import { rehearsalArgument } from '../care/rehearsal-process.js';
import { Steps } from '../steps/steps.js';
import { contextProviders } from './context-providers.js';
import { HealthController } from './health.controller.js';
import { pipelineProviders } from './pipeline-providers.js';
import { rehearsalProviders, taskProviders } from './task-providers.js';
import { SERVICE } from './tokens.js';

/** What a process of a service's program does: the service's work, or only rehearsals of its steps, without any connection. */
export type Role = 'service' | 'rehearsals';

/** @param args of the program */
export function roleOf([, , first]: readonly string[]): Role {
  return first === rehearsalArgument ? 'rehearsals' : 'service';
}

@Module({})
export class RuntimeModule {
  /** Its providers are made when the application is; tasks begin when the transport of frames listens (service-life.ts). */
  static forService(service: Service, role: Role = roleOf(process.argv)): DynamicModule {
    const own =
      role === 'service'
        ? { providers: [...contextProviders, ...taskProviders], controllers: [HealthController] }
        : { providers: rehearsalProviders, controllers: [] };
    return {
      module: RuntimeModule,
      controllers: own.controllers,
      providers: [{ provide: SERVICE, useValue: service }, ...pipelineProviders, ...own.providers],
      exports: [Steps],
    };
  }
}

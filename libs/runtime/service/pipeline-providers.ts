/** Providers of all that a process knows before it is connected: who it is, its settings, the pipeline, and the steps of the stages. Controllers need no more. */
import type { Provider } from '@nestjs/common';
import { polarsProblem } from '#columns/polars/native-data-frame';
import { type Service, topologyOf } from '#stages/topology/topology';
import { createLogger } from '../ground/logger.js';
import { type Config, readConfig } from '../settings/config.js';
import { ConfigError } from '../settings/config-error.js';
import { Steps } from '../steps/steps.js';
import { FrameHandlers } from './frame-handlers.js';
import { FrameStrategy } from './frame-strategy.js';
import { PipelineSource } from './pipeline-source.js';
import { CONFIG, LOGGER, SERVICE, TOPOLOGY } from './tokens.js';

export const pipelineProviders: Provider[] = [
  { provide: CONFIG, useFactory: () => readConfig() },
  {
    provide: LOGGER,
    inject: [SERVICE, CONFIG],
    useFactory: (service: Service, { instance, logLevel }: Config) => createLogger(service, instance, logLevel),
  },
  { provide: PipelineSource, inject: [CONFIG], useFactory: loadPipeline },
  { provide: TOPOLOGY, inject: [PipelineSource], useFactory: ({ compiled }: PipelineSource) => topologyOf(compiled) },
  { provide: Steps, inject: [PipelineSource], useFactory: (source: PipelineSource) => new Steps(source) },
  FrameHandlers,
  FrameStrategy,
];

/** @throws ConfigError, PipelineError */
function loadPipeline({ pipelineFolder }: Config): PipelineSource {
  const problem = polarsProblem();
  if (problem !== undefined) throw new ConfigError(problem);
  return PipelineSource.load(pipelineFolder);
}

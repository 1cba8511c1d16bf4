/** The context of tasks as a service's providers make it, over a connection of the test: what a test does not need, or decides itself, is overridden. */
import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import type { Nats } from '#nats/ground/nats';
import type { Pipeline } from '#pipeline/model/model';
import { Care } from '#runtime/care/care';
import { WorkMarks } from '#runtime/care/work-marks';
import type { RuntimeContext } from '#runtime/cluster/context';
import { Leases } from '#runtime/cluster/leases';
import { TaskHost } from '#runtime/cluster/task-host';
import { createLogger } from '#runtime/ground/logger';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { RuntimeModule } from '#runtime/service/runtime.module';
import { CLOCK, CONFIG, CONTEXT, LOGGER, NATS } from '#runtime/service/tokens';
import { readConfig } from '#runtime/settings/config';
import { Metrics } from '#telemetry/metrics';

/** Nobody shares tasks here, and the test runs them itself. */
const noVariables = {};

/** @param env settings beside AFL_PIPELINE @param more parts that differ from those of a service */
export async function testContext(
  nats: Nats,
  pipeline: Pipeline,
  env: Readonly<Record<string, string>> = {},
  more: Partial<RuntimeContext> = {},
): Promise<RuntimeContext> {
  const module = await Test.createTestingModule({ imports: [RuntimeModule.forService('validate')] })
    .overrideProvider(CONFIG)
    .useValue(readConfig({ AFL_PIPELINE: '.', ...env }))
    .overrideProvider(LOGGER)
    .useValue(createLogger('test', 'me', 'silent'))
    .overrideProvider(PipelineSource)
    .useValue({ compiled: { pipeline, enriched: {} }, logic: 'v' })
    .overrideProvider(NATS)
    .useValue(nats)
    .overrideProvider(CLOCK)
    .useValue(Date.now)
    .overrideProvider(Metrics)
    .useValue(new Metrics('test', () => []))
    .overrideProvider(Care)
    .useValue(undefined)
    .overrideProvider(WorkMarks)
    .useValue(undefined)
    .overrideProvider(TaskHost)
    .useValue(noVariables)
    .overrideProvider(Leases)
    .useValue(noVariables)
    .compile();
  return { ...module.get<RuntimeContext>(CONTEXT), ...more };
}

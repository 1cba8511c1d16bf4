/** Every stage has its handler in its service, and what goes through Nest is the step that the stage declares. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { StageState } from '#frame/step';

import { FrameHandlers } from '#runtime/service/frame-handlers';
import { FrameStrategy } from '#runtime/service/frame-strategy';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { RuntimeModule } from '#runtime/service/runtime.module';
import { CONFIG, TASK_RUNNER } from '#runtime/service/tokens';
import { logStages } from '#stages/kinds/all-stages';
import { wide } from '#stages/topology/example-frames';
import { logTasksOf, type Service } from '#stages/topology/topology';

import { AggregateController } from '../../apps/aggregate/aggregate.controller.js';
import { EnrichController } from '../../apps/enrich/enrich.controller.js';
import { ValidateController } from '../../apps/validate/validate.controller.js';
import { projectRoot } from '../support/project-root.js';
import { StageTester } from '../support/stages/stage-tester.js';

const controllers: Readonly<Partial<Record<Service, Type<unknown>>>> = {
  validate: ValidateController,
  enrich: EnrichController,
  aggregate: AggregateController,
};
const pipeline = PipelineSource.load(join(projectRoot, 'examples', '03-windows'));
const tester = new StageTester(pipeline);
const visits = readFileSync(join(projectRoot, 'examples', '03-windows', 'events.ndjson'), 'utf8');

/** The handlers as Nest finds them in a service, which is not connected to anything. */
async function throughNest(service: Service, use: (handlers: FrameHandlers) => Promise<void>): Promise<void> {
  const module = await Test.createTestingModule({
    imports: [RuntimeModule.forService(service, 'rehearsals')],
    controllers: [controllers[service]!],
  })
    .overrideProvider(CONFIG)
    .useValue({})
    .overrideProvider(PipelineSource)
    .useValue(pipeline)
    .overrideProvider(TASK_RUNNER)
    .useValue({ start: async () => undefined, stop: async () => undefined })
    .compile();
  const app = module.createNestMicroservice({ strategy: module.get(FrameStrategy), logger: false });
  await app.listen();
  await use(module.get(FrameHandlers));
  await app.close();
}

test.each(Object.keys(controllers) as Service[])('%s', async (service) => {
  const run = tester.run('visits', visits.trimEnd().split('\n'));
  await throughNest(service, async (handlers) => {
    for (const stage of logStages) {
      const [task] = logTasksOf(tester.topology, stage);
      if (stage.service !== service) {
        expect(() => handlers.of(task!)).toThrow(`no handler for the frames of ${stage.kind}`);
        continue;
      }
      const request = { frames: run.inputsOf(task!).flat(), state: undefined, limits: wide };
      const direct = stage.step(pipeline, task!)(request);
      const { output, rowsAll, watermarkMs, state } = await handlers.of(task!)(request);
      expect({ output, rowsAll, watermarkMs }).toEqual({
        output: direct.output,
        rowsAll: direct.rowsAll,
        watermarkMs: direct.watermarkMs,
      });
      expect(output.flatMap(({ sections }) => sections).length).toBeGreaterThan(0);
      expect((state as StageState | undefined) !== undefined).toBe(stage.keepsState);
    }
  });
});

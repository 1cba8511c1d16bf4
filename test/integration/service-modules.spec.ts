/** The five services as Nest modules over a real server: all that they need is provided, any part can be replaced, and what was opened is closed. */
import 'reflect-metadata';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type INestMicroservice, Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import type { RuntimeContext } from '#runtime/cluster/context';
import { createLogger } from '#runtime/ground/logger';
import { FrameStrategy } from '#runtime/service/frame-strategy';
import { HealthController } from '#runtime/service/health.controller';
import { RuntimeModule } from '#runtime/service/runtime.module';
import { CONFIG, CONTEXT, LAKE, LOGGER, NATS, TASKS } from '#runtime/service/tokens';
import { readConfig } from '#runtime/settings/config';
import type { Service, Task } from '#stages/topology/topology';
import { AggregateModule } from '../../apps/aggregate/aggregate.module.js';
import { EnrichModule } from '../../apps/enrich/enrich.module.js';
import { IngestModule } from '../../apps/ingest/ingest.module.js';
import { LakeWriterModule } from '../../apps/lake-writer/lake-writer.module.js';
import { ValidateModule } from '../../apps/validate/validate.module.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

const modules: ReadonlyArray<readonly [Service, Type<unknown>]> = [
  ['ingest', IngestModule],
  ['validate', ValidateModule],
  ['enrich', EnrichModule],
  ['aggregate', AggregateModule],
  ['lake-writer', LakeWriterModule],
];

let server: NatsServer;
let dir: TempDir;
let nats: NatsClient;
let app: INestMicroservice;

beforeAll(async () => {
  server = await startNats();
  dir = makeTempDir('modules');
});
afterAll(async () => {
  await server.stop();
  dir.remove();
});
beforeEach(async () => {
  nats = await connectNats(server.url, 'service-modules.spec');
});
afterEach(() => nats.nc.close());

async function open(module: Type<unknown>): Promise<INestMicroservice> {
  const env = {
    AFL_PIPELINE: join(projectRoot, 'test/pipelines/orders'),
    AFL_LAKE_URL: `file:${join(dir.path, 'lake')}`,
  };
  const made = await Test.createTestingModule({ imports: [module] })
    .overrideProvider(CONFIG)
    .useValue(readConfig(env))
    .overrideProvider(LOGGER)
    .useValue(createLogger('test', 'me', 'silent'))
    .overrideProvider(NATS)
    .useValue(nats)
    .compile();
  return made.createNestMicroservice({ strategy: made.get(FrameStrategy, { strict: false }), logger: false });
}

describe.each(modules)('%s', (service, module) => {
  test('runs on the connection that the test gives, is not ready before it has joined, and closes what it opened', async () => {
    app = await open(module);
    const tasks = app.get<readonly Task[]>(TASKS, { strict: false });
    expect(new Set(tasks.map(({ stage }) => stage.service))).toEqual(new Set([service]));
    expect(app.get<RuntimeContext>(CONTEXT, { strict: false }).nats).toBe(nats);
    expect(app.get(LAKE, { strict: false }) !== undefined).toBe(service === 'lake-writer');
    const health = app.get(HealthController, { strict: false });
    expect(() => health.ready()).toThrow(
      expect.objectContaining({ response: { status: 'not ready', reasons: ['starting'] } }),
    );
    expect(await health.metrics()).toContain(`service="${service}",pipeline="orders"`);
    await app.close();
    expect(nats.nc.isClosed()).toBe(true);
  });
});

test('a service without a handler for its tasks does not start, and says which method is missing', async () => {
  @Module({ imports: [RuntimeModule.forService('validate')] })
  class Bare {}
  app = await open(Bare);
  await expect(app.listen()).rejects.toThrow(
    'no handler for the frames of validate: mark a method of a controller of validate with @OnFrames(validate)',
  );
  await app.close();
});

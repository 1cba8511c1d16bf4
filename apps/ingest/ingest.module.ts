/**
 * The service ingest: one task for each source (libs/runtime/ingest/ingest-task.ts), which reads messages, not frames. So there is no handler of frames here, and no controller.
 *
 * It reads the front stream of the source (the subjects of `pipeline.yaml`, or a stream of the user), and writes `afl.<pipeline>.raw.<source>.<partition>`.
 */
import { Module } from '@nestjs/common';
import { RuntimeModule } from '#runtime/service/runtime.module';

@Module({ imports: [RuntimeModule.forService('ingest')] })
export class IngestModule {}

/**
 * The service lake-writer: one task for each table (libs/runtime/lake-writer/lake-task.ts), which collects frames and makes no others. So there is no handler of frames here, and no controller.
 *
 * It writes to the lake, and reads the logs of raw, enriched and quarantined events and of results (libs/stages/tables/table-kinds.ts).
 */
import { Module } from '@nestjs/common';
import { RuntimeModule } from '#runtime/service/runtime.module';

@Module({ imports: [RuntimeModule.forService('lake-writer')] })
export class LakeWriterModule {}

/** The program of the service lake-writer. */
import { runService } from '#runtime/service/run-service';
import { LakeWriterModule } from './lake-writer.module.js';

await runService('lake-writer', LakeWriterModule);

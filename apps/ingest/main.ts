/** The program of the service ingest. */
import { runService } from '#runtime/service/run-service';
import { IngestModule } from './ingest.module.js';

await runService('ingest', IngestModule);

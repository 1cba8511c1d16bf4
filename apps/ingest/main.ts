/** The service ingest: its tasks are the runtime's own, so there is no stage to register. */
import { runService } from '#runtime/run-service';

await runService('ingest');

/** The service enrich. */
import { runService } from '#runtime/run-service';
import { EnrichModule } from './enrich.module.js';

await runService('enrich', EnrichModule);

/** The program of the service enrich. */
import { runService } from '#runtime/service/run-service';
import { EnrichModule } from './enrich.module.js';

await runService('enrich', EnrichModule);

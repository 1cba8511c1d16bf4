/** The service enrich: SQL over the accepted events and the reference tables. */
import { runService } from '#runtime/run-service';
import { EnrichModule } from './enrich.module.js';

await runService('enrich', EnrichModule);

/** The program of the service aggregate. */
import { runService } from '#runtime/service/run-service';
import { AggregateModule } from './aggregate.module.js';

await runService('aggregate', AggregateModule);

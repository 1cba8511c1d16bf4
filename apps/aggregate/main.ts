/** The service aggregate. */
import { runService } from '#runtime/run-service';
import { AggregateModule } from './aggregate.module.js';

await runService('aggregate', AggregateModule);

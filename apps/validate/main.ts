/** The service validate. */
import { runService } from '#runtime/run-service';
import { ValidateModule } from './validate.module.js';

await runService('validate', ValidateModule);

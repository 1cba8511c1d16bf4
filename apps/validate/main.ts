/** The program of the service validate. */
import { runService } from '#runtime/service/run-service';
import { ValidateModule } from './validate.module.js';

await runService('validate', ValidateModule);

/** The service validate: what every service has of the runtime, and the controller of its own stages. */
import { Module } from '@nestjs/common';
import { RuntimeModule } from '#runtime/service/runtime.module';
import { ValidateController } from './validate.controller.js';

@Module({ imports: [RuntimeModule.forService('validate')], controllers: [ValidateController] })
export class ValidateModule {}

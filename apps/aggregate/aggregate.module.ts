/** The service aggregate: what every service has of the runtime, and the controller of its own stages. */
import { Module } from '@nestjs/common';
import { RuntimeModule } from '#runtime/service/runtime.module';
import { AggregateController } from './aggregate.controller.js';

@Module({ imports: [RuntimeModule.forService('aggregate')], controllers: [AggregateController] })
export class AggregateModule {}

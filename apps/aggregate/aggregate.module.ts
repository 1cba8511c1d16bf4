/** Wiring of the service aggregate. */
import { Module } from '@nestjs/common';
import { AggregateController } from './aggregate.controller.js';

@Module({ controllers: [AggregateController] })
export class AggregateModule {}

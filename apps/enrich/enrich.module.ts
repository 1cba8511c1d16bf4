/** The service enrich: what every service has of the runtime, and the controller of its own stages. */
import { Module } from '@nestjs/common';
import { RuntimeModule } from '#runtime/service/runtime.module';
import { EnrichController } from './enrich.controller.js';

@Module({ imports: [RuntimeModule.forService('enrich')], controllers: [EnrichController] })
export class EnrichModule {}

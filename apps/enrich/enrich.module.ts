/** Wiring of the service enrich. */
import { Module } from '@nestjs/common';
import { EnrichController } from './enrich.controller.js';

@Module({ controllers: [EnrichController] })
export class EnrichModule {}

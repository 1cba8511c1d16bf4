/** Health and metrics of a service, on a port of their own. */
import { Controller, Get, Header, HttpException, Inject } from '@nestjs/common';
import { Metrics } from '#telemetry/metrics';
import { ServiceLife } from './service-life.js';

@Controller()
export class HealthController {
  constructor(
    @Inject(ServiceLife) private readonly life: ServiceLife,
    @Inject(Metrics) private readonly measured: Metrics,
  ) {}

  /** The event loop turns. */
  @Get('healthz')
  alive(): { status: string } {
    return { status: 'ok' };
  }

  /** Every task of the service runs, or has waited for no longer than AFL_WAIT_MS_MAX. */
  @Get('readyz')
  ready(): { status: string; tasks: number } {
    const { ready, reasons, tasks } = this.life.readiness();
    if (!ready) throw new HttpException({ status: 'not ready', reasons }, 503);
    return { status: 'ok', tasks };
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.measured.registry.metrics();
  }
}

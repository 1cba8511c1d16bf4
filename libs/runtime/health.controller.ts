/** Health and metrics of a service, on a port of their own. */
import { Controller, Get, Header, HttpException, Inject } from '@nestjs/common';
import { SERVICE_PROCESS, type ServiceProcess } from './service-process.js';

@Controller()
export class HealthController {
  constructor(@Inject(SERVICE_PROCESS) private readonly service: ServiceProcess) {}

  /** The event loop turns. */
  @Get('healthz')
  alive(): { status: string } {
    return { status: 'ok' };
  }

  /** NATS is connected and every task of the service runs. */
  @Get('readyz')
  ready(): { status: string; tasks: number } {
    const { ready, reasons, tasks } = this.service.readiness();
    if (!ready) throw new HttpException({ status: 'not ready', reasons }, 503);
    return { status: 'ok', tasks };
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.service.metrics.registry.metrics();
  }
}

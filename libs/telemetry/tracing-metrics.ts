/** Counters of what became of the spans of a process: there only while traces are on. */
import { Counter, type Registry } from 'prom-client';
import type { Tracing } from './tracing.js';

export function countSpans(registry: Registry, tracing: Pick<Tracing, 'counts'>): void {
  new Counter({
    name: 'afluente_spans_total',
    help: 'Spans sent to the collector, and spans dropped because it did not take them',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      const { sent, dropped } = tracing.counts;
      this.reset();
      this.inc({ outcome: 'sent' }, sent);
      this.inc({ outcome: 'dropped' }, dropped);
    },
  });
  new Counter({
    name: 'afluente_traces_left_out_total',
    help: 'Traced events whose trace ends early, because a frame or a commit had more of them than it can name',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(tracing.counts.leftOut);
    },
  });
}

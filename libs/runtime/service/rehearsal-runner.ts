/** The program of a process of rehearsals: a service without a connection, which does what it is asked over a channel until that is closed. */
import { Inject, Injectable } from '@nestjs/common';
import type { Service, Topology } from '#stages/topology/topology';
import type { Outcome } from '../care/narrowing.js';
import type { Rehearsal } from '../care/rehearsal.js';
import { startWatchdog } from '../care/watchdog.js';
import { WorkMarks } from '../care/work-marks.js';
import type { Config } from '../settings/config.js';
import { performRehearsal } from '../tasks/perform-rehearsal.js';
import { FrameHandlers } from './frame-handlers.js';
import type { TaskRunner } from './frame-strategy.js';
import { PipelineSource } from './pipeline-source.js';
import { CONFIG, SERVICE, TOPOLOGY } from './tokens.js';

@Injectable()
export class RehearsalRunner implements TaskRunner {
  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(TOPOLOGY) private readonly topology: Topology,
    @Inject(PipelineSource) private readonly source: PipelineSource,
    @Inject(FrameHandlers) private readonly handlers: FrameHandlers,
  ) {}

  async start(): Promise<void> {
    const { compiled } = this.source;
    const parts = { compiled, tasks: this.topology.tasks, stepFor: this.handlers.of.bind(this.handlers) };
    process.on('disconnect', () => process.exit());
    // Whoever asked may be gone while the work does not return: nobody else would end it.
    startWatchdog({
      tasks: [],
      marks: new WorkMarks([]),
      config: this.config,
      pipeline: compiled.pipeline.name,
      service: this.service,
      drainMsMax: 0,
    });
    process.on('message', (rehearsal: Rehearsal) => void performRehearsal(parts, rehearsal).then(answer));
    answer({ kind: 'passed' });
  }

  async stop(): Promise<void> {}
}

function answer(outcome: Outcome): void {
  process.send?.(outcome, undefined, undefined, () => undefined);
}

/** Watches a running pipeline from outside: positions, lag, and whether everything published has reached the lake. */
import type { StreamFacts } from '#frame/lineage';
import { tasksBucketOf } from '#frame/log-name';
import type { Nats } from '#nats/ground/nats';
import { newestSeqOf } from '#nats/streams/get-message';
import { factsOf, streamInfo } from '#nats/streams/stream-info';
import { TaskBoard } from '#runtime/ground/task-board';
import type { TaskStatus } from '#runtime/ground/task-status';
import { readStreamReplicas } from '#runtime/settings/config';
import { allStages } from '#stages/kinds/all-stages';
import { streamsReadBy, type Task, type Topology } from '#stages/topology/topology';
import { progressOf } from './task-progress.js';

export interface TaskView {
  readonly task: Task;
  readonly status: TaskStatus | undefined;
  /** Sum over the inputs: stored position, and what lies beyond it in the streams. */
  readonly position: number;
  readonly lag: number;
}

export class Observer {
  private constructor(
    private readonly nats: Nats,
    private readonly topology: Topology,
    private readonly board: TaskBoard,
    private readonly sinceMs: number,
  ) {}

  /** @param sinceMs what tasks said before is of an earlier run and proves nothing about this one, epoch ms */
  static async open(nats: Nats, topology: Topology, sinceMs = 0): Promise<Observer> {
    const board = new TaskBoard(
      nats,
      await nats.openBucket(tasksBucketOf(topology.pipeline.name), { replicas: readStreamReplicas() }),
    );
    await board.watch();
    return new Observer(nats, topology, board, sinceMs);
  }

  close(): void {
    this.board.close();
  }

  /** Every task with its lag, in the order of an event's way. */
  async views(): Promise<TaskView[]> {
    return Promise.all(this.topology.tasks.map((task) => this.#view(task)));
  }

  /** Reasons of tasks that stay down. */
  halted(): string[] {
    return this.board
      .all()
      .filter(({ state, updatedMs }) => state === 'halted' && updatedMs >= this.sinceMs)
      .map(({ task, reason }) => `${task}: ${reason}`);
  }

  /**
   * Whether every event published so far is in the lake and silence was noticed everywhere.
   * Stage by stage: a stage's input is read after the stage before it was seen to have put everything out.
   * @param of only these tasks, with all that come before them
   */
  async isIdle(of: readonly Task[] = this.topology.tasks): Promise<boolean> {
    for (const stage of allStages) {
      const tasks = of.filter((task) => task.stage === stage);
      const done = await Promise.all(tasks.map((task) => this.#isDone(task)));
      if (done.includes(false)) return false;
    }
    return true;
  }

  async #isDone(task: Task): Promise<boolean> {
    const ends = await this.#ends(task);
    const status = this.board.get(task.name);
    if (status?.state !== 'running' || status.updatedMs < this.sinceMs) return false;
    const caughtUp = [...ends].every(([stream, { created, lastSeq }]) =>
      status.inputs.some((input) => input.stream === stream && input.created === created && input.position >= lastSeq),
    );
    return caughtUp && ('front' in task || status.idle);
  }

  async #view(task: Task): Promise<TaskView> {
    const ends = await this.#ends(task);
    const status = this.board.get(task.name);
    return { task, status, ...progressOf(status, ends.values()) };
  }

  async #ends(task: Task): Promise<Map<string, StreamFacts>> {
    const found = await Promise.all(streamsReadBy(task).map((stream) => streamInfo(this.nats, stream)));
    const ends = new Map(found.flatMap((info) => (info ? [[info.config.name, factsOf(info)] as const] : [])));
    const [front] = ends.values();
    if ('front' in task && front)
      ends.set(front.stream, { ...front, lastSeq: await newestSeqOf(this.nats, front.stream, task.front.filter) });
    return ends;
  }
}

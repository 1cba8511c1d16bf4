/** Watches a running pipeline from outside: positions, lag, and whether everything published has reached the lake. */
import { streamOf, tasksBucketOf } from '#frame/log-name';
import type { Nats } from '#nats/connection';
import { factsOf, streamInfo } from '#nats/streams';
import { readStreamReplicas } from '#runtime/config';
import { TaskBoard } from '#runtime/task-board';
import type { TaskStatus } from '#runtime/task-status';
import type { Task, Topology } from '#stages/topology';

/** Kinds in the order of an event's way. */
const ORDER: readonly Task['kind'][] = ['ingest', 'validate', 'enrich', 'reduce', 'window', 'merge', 'lake'];

export interface TaskView {
  readonly task: Task;
  readonly status: TaskStatus | undefined;
  /** Sum over the inputs: stored position, and what lies beyond it in the streams. */
  readonly position: number;
  readonly lag: number;
}

export class Observer {
  private constructor(private readonly nats: Nats, private readonly topology: Topology, private readonly board: TaskBoard, private readonly sinceMs: number) {}

  /** @param sinceMs what tasks said before is of an earlier run and proves nothing about this one, epoch ms */
  static async open(nats: Nats, topology: Topology, sinceMs = 0): Promise<Observer> {
    const board = new TaskBoard(nats, await nats.openBucket(tasksBucketOf(topology.pipeline.name), { replicas: readStreamReplicas() }));
    await board.watch();
    return new Observer(nats, topology, board, sinceMs);
  }

  close(): void {
    this.board.close();
  }

  /** Every task with its lag, in the order of an event's way. */
  async views(): Promise<TaskView[]> {
    const tasks = [...this.topology.tasks].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    return Promise.all(tasks.map((task) => this.#view(task)));
  }

  /** Reasons of tasks that stay down. */
  halted(): string[] {
    return this.board.all().filter(({ state, updatedMs }) => state === 'halted' && updatedMs >= this.sinceMs).map(({ task, reason }) => `${task}: ${reason}`);
  }

  /**
   * Whether every event published so far is in the lake and silence was noticed everywhere.
   * Stage by stage: a stage's input is read after the stage before it was seen to have put everything out.
   */
  async isIdle(): Promise<boolean> {
    for (const kind of ORDER) {
      const tasks = this.topology.tasks.filter((task) => task.kind === kind);
      const done = await Promise.all(tasks.map((task) => this.#isDone(task)));
      if (done.includes(false)) return false;
    }
    return true;
  }

  async #isDone(task: Task): Promise<boolean> {
    const ends = await this.#ends(task);
    const status = this.board.get(task.name);
    if (status?.state !== 'running' || status.updatedMs < this.sinceMs) return false;
    if (task.kind === 'ingest' && task.front.filter.length > 0) return status.waiting === 0 && status.inputs.length > 0;
    const caughtUp = [...ends].every(([stream, { created, lastSeq }]) => status.inputs.some((input) => input.stream === stream && input.created === created && input.position >= lastSeq));
    return caughtUp && (task.kind === 'ingest' || status.idle);
  }

  async #view(task: Task): Promise<TaskView> {
    const ends = await this.#ends(task);
    const status = this.board.get(task.name);
    let [position, lag] = [0, 0];
    for (const [stream, { lastSeq, firstSeq }] of ends) {
      const at = status?.inputs.find((input) => input.stream === stream)?.position;
      position += at ?? 0;
      lag += Math.max(0, lastSeq - Math.max(at ?? 0, firstSeq - 1));
    }
    return { task, status, position, lag };
  }

  async #ends(task: Task): Promise<Map<string, { created: string; firstSeq: number; lastSeq: number }>> {
    const streams = task.kind === 'ingest' ? [task.front.stream] : task.inputs.map(streamOf);
    const found = await Promise.all(streams.map((stream) => streamInfo(this.nats, stream)));
    return new Map(found.flatMap((info) => (info ? [[info.config.name, factsOf(info)] as const] : [])));
  }
}

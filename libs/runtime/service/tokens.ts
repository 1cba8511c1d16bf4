/** The names under which Nest injects what is no class of ours. Classes (PipelineSource, Metrics, TaskBoard, TaskHost …) stand for themselves. */

/** Which of the five services this is: `Service`. */
export const SERVICE = Symbol('afluente.service');
/** `Config` */
export const CONFIG = Symbol('afluente.config');
/** `Logger` */
export const LOGGER = Symbol('afluente.logger');
/** The tasks and logs of the pipeline: `Topology`. */
export const TOPOLOGY = Symbol('afluente.topology');
/** The tasks of the service, whoever runs them: `readonly Task[]`. */
export const TASKS = Symbol('afluente.tasks');
/** The connection: `Nats`. */
export const NATS = Symbol('afluente.nats');
/** `Tracing`, or undefined when nothing is traced. */
export const TRACING = Symbol('afluente.tracing');
/** `CrashAt`: what ends the process at a crash point. */
export const CRASH = Symbol('afluente.crash');
/** A clock that does not jump, epoch ms: `() => number`. */
export const CLOCK = Symbol('afluente.clock');
/** What every task shares: `RuntimeContext`. */
export const CONTEXT = Symbol('afluente.context');
/** The lake's `ObjectStore`; undefined in services without tables. */
export const LAKE = Symbol('afluente.lake');
/** What the frame transport starts and stops: `TaskRunner`. */
export const TASK_RUNNER = Symbol('afluente.task-runner');

/** Everything of one run: servers, processes, producer, lake, and the faults that befall them. */
import { serviceOf } from '#stages/topology';
import { ModelCluster } from '../model/model-cluster.js';
import { profiles } from '../model/profile.js';
import type { Owner } from '../model/timeline.js';
import { Random } from '../time/random.js';
import { VirtualTime } from '../time/virtual-time.js';
import { planFaults, type Fault } from './fault-plan.js';
import { History } from './history.js';
import { injectFault } from './inject-fault.js';
import { MemoryStore } from './memory-store.js';
import { chainPipeline, windowsPipeline, type SimulatedPipeline } from './pipelines.js';
import { Producer } from './producer.js';
import { Replica, type ReplicaSpec } from './replica.js';
import type { Settings } from './settings.js';
import { fair, Weather } from './weather.js';

const SEND_FROM_MS = 1_000;
const SEND_THROUGH_MS = 6_000;
const FAULTS_FROM_MS = 300;
const FAULTS_THROUGH_MS = 7_000;
/** After this nothing fails any more. */
export const HEAL_MS = 9_000;
const BACK_AFTER_MS = 500;

export class World {
  readonly time = new VirtualTime();
  readonly history: History;
  readonly weather: Weather;
  readonly cluster: ModelCluster;
  readonly store = new MemoryStore();
  readonly storeServer: Owner = { name: 'store' };
  readonly pipeline: SimulatedPipeline;
  readonly producer: Producer;
  readonly replicas: Replica[] = [];
  /** Servers that take no clients. */
  readonly down = new Set<Owner>();
  healed = false;
  readonly #own: Owner = { name: 'world' };
  readonly #random: Random;
  readonly #lives = new Map<string, number>();
  /** Replicas that die at a crash point: how many they pass before. */
  readonly doomed = new Map<Replica, number>();

  constructor(readonly settings: Settings, random: Random) {
    this.#random = random;
    this.history = new History(this.time, settings.verbose);
    this.weather = new Weather(random.fork(), this.history, settings.servers > 1);
    this.cluster = new ModelCluster({ timeline: this.time, profile: profiles[settings.version], servers: settings.servers, mishaps: this.weather, told: (who, what) => this.history.note(who, what) });
    this.pipeline = settings.windows ? windowsPipeline : chainPipeline;
    this.producer = new Producer(this, random.fork());
  }

  /** Plans everything; `time.run` lets it happen. */
  begin(): void {
    for (const spec of this.#specs()) this.later(this.#random.between(0, 800), () => this.launch(spec));
    this.producer.start(SEND_FROM_MS, SEND_THROUGH_MS);
    for (const { atMs, fault } of planFaults(this.settings.faults, FAULTS_FROM_MS, FAULTS_THROUGH_MS, this.#random.fork())) this.later(atMs, () => this.#inject(fault));
    this.later(HEAL_MS, () => this.#heal());
  }

  later(ms: number, run: () => void): void {
    this.time.after(ms, this.#own, run);
  }

  launch(spec: ReplicaSpec): void {
    const life = this.#lives.get(spec.instance) ?? 0;
    this.#lives.set(spec.instance, life + 1);
    const replica = new Replica(this, spec, life);
    this.replicas.push(replica);
    this.history.note(replica.owner, () => 'starts');
    replica.start();
  }

  /** A process has ended; another one takes its place. */
  died(replica: Replica, why: string, backAfterMs = BACK_AFTER_MS): void {
    if (!replica.alive) return;
    this.history.note(replica.owner, () => why);
    replica.kill();
    this.replicas.splice(this.replicas.indexOf(replica), 1);
    this.later(backAfterMs, () => this.launch(replica.spec));
  }

  atCrashPoint(replica: Replica): void {
    const left = this.doomed.get(replica);
    if (left === undefined) return;
    this.doomed.set(replica, left - 1);
    if (left > 1) return;
    this.doomed.delete(replica);
    this.died(replica, 'killed at a crash point', this.#random.between(100, 3_000));
  }

  someServer(): Owner {
    return this.#random.pick(this.cluster.servers);
  }

  #inject(fault: Fault): void {
    this.history.note('fault', () => JSON.stringify(fault));
    injectFault(this, fault);
  }

  /** From now on nothing new fails; what is down comes back by what was planned. */
  #heal(): void {
    this.history.note('fault', () => 'all is well again');
    this.healed = true;
    this.doomed.clear();
    this.weather.roughness = fair;
  }

  #specs(): ReplicaSpec[] {
    const { tasks } = this.pipeline.topology;
    const numbers = Array.from({ length: this.settings.replicas }, (_, i) => i + 1);
    if (!this.settings.apart) return numbers.map((n) => ({ instance: `all-${n}`, service: 'all', tasks }));
    const services = [...new Set(tasks.map(serviceOf))];
    return services.flatMap((service) => numbers.map((n) => ({ instance: `${service}-${n}`, service, tasks: tasks.filter((task) => serviceOf(task) === service) })));
  }
}

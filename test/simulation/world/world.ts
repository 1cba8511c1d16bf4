/** Everything of one run: servers, processes, producer, lake, and the faults that befall them. */
import { serviceOf } from '#stages/topology/topology';
import { ModelCluster } from '../model/model-cluster.js';
import { profiles } from '../model/profile.js';
import type { Owner } from '../model/timeline.js';
import type { Random } from '../time/random.js';
import { VirtualTime } from '../time/virtual-time.js';
import { type Fault, planFaults } from './faults/fault-plan.js';
import { injectFault } from './faults/inject-fault.js';
import { loseLog } from './faults/move-ground.js';
import { fair, Weather } from './faults/weather.js';
import { History } from './history.js';
import { MemoryStore } from './lake/memory-store.js';
import { pipelines, repartitioned, type SimulatedPipeline, type Versions } from './pipelines.js';
import { Producer } from './producer.js';
import { Replica, type ReplicaSpec } from './services/replica.js';
import type { Settings } from './settings.js';

const sendFromMs = 1_000;
const sendThroughMs = 6_000;
const faultsFromMs = 300;
const faultsThroughMs = 7_000;
/** After this nothing fails any more. */
export const healMs = 9_000;
const usualBackAfterMs = 500;
const loseFromMs = 2_000;
const lookMs = 500;

export class World {
  readonly time = new VirtualTime();
  readonly history: History;
  readonly weather: Weather;
  readonly cluster: ModelCluster;
  readonly store = new MemoryStore();
  readonly storeServer: Owner = { name: 'store' };
  readonly #versions: Versions;
  /** Which of them a process runs, by instance; none: the first. */
  readonly #upgraded = new Map<string, number>();
  /** How far the clocks of machines are ahead, by instance, ms. */
  readonly #clocks = new Map<string, number>();
  /** When the log of bronze was deleted, epoch ms. */
  logLostMs: number | undefined;
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

  constructor(
    readonly settings: Settings,
    random: Random,
  ) {
    this.#random = random;
    this.history = new History(this.time, settings.verbose);
    this.weather = new Weather(random.fork(), this.history, settings.servers > 1);
    this.cluster = new ModelCluster({
      timeline: this.time,
      profile: profiles[settings.version],
      servers: settings.servers,
      mishaps: this.weather,
      told: (who, what) => this.history.note(who, what),
    });
    const kind = settings.windows ? 'windows' : settings.parts ? 'parts' : 'chain';
    this.#versions = (settings.repartitions ? repartitioned : pipelines)[kind];
    this.producer = new Producer(this, random.fork());
  }

  /** Plans everything; `time.run` lets it happen. */
  begin(): void {
    for (const spec of this.#specs()) this.later(this.#random.between(0, 800), () => this.launch(spec));
    this.producer.start(sendFromMs, sendThroughMs);
    for (const { atMs, fault } of planFaults(
      this.settings.faults,
      faultsFromMs,
      faultsThroughMs,
      this.#random.fork(),
    )) {
      // Without the tasks bucket nobody would know that there was a table; and who sleeps between his look at the log and his write is refused by no store.
      if (!this.settings.losesLog || !('bucket' in fault || fault.kind === 'pause'))
        this.later(atMs, () => this.#inject(fault));
    }
    if (this.settings.losesLog) this.later(this.#random.between(loseFromMs, faultsThroughMs), () => this.#loseLog());
    if (this.settings.repartitions)
      for (const { instance } of this.#specs())
        for (let version = 1; version < this.#versions.length; version++)
          this.later(this.#random.between(faultsFromMs, faultsThroughMs), () => this.#upgradeInstance(instance));
    this.later(healMs, () => this.#heal());
  }

  /** The first version; what is asked of both is the same. */
  get pipeline(): SimulatedPipeline {
    return this.#versions[0];
  }

  /** Whether any process has run a version with another SQL. */
  get wasUpgraded(): boolean {
    return this.#upgraded.size > 0 && !this.settings.repartitions;
  }

  later(ms: number, run: () => void): void {
    this.time.after(ms, this.#own, run);
  }

  launch(spec: ReplicaSpec): void {
    const life = this.#lives.get(spec.instance) ?? 0;
    this.#lives.set(spec.instance, life + 1);
    const replica = new Replica(this, spec, life, this.#versions[this.#upgraded.get(spec.instance) ?? 0]!);
    this.time.setAhead(replica.owner, this.#clocks.get(spec.instance) ?? 0);
    this.replicas.push(replica);
    this.history.note(replica.owner, () => 'starts');
    replica.start();
  }

  /** A process has ended; another one takes its place. */
  died(replica: Replica, why: string, backAfterMs = usualBackAfterMs): void {
    if (!replica.alive) return;
    this.history.note(replica.owner, () => why);
    replica.kill();
    this.replicas.splice(this.replicas.indexOf(replica), 1);
    this.later(backAfterMs, () => this.launch(replica.spec));
  }

  /** SIGTERM, and a process with the next version of the pipeline; behind the last comes the first, but numbers of partitions only grow in number. */
  upgrade(replica: Replica): void {
    const next = (this.#upgraded.get(replica.spec.instance) ?? 0) + 1;
    if (next === this.#versions.length && this.settings.repartitions) return;
    this.#upgraded.set(replica.spec.instance, next % this.#versions.length);
    replica.leave();
  }

  /** Also when it is down. */
  #upgradeInstance(instance: string): void {
    const running = this.replicas.find(({ spec }) => spec.instance === instance);
    if (running) return this.upgrade(running);
    this.#upgraded.set(instance, Math.min((this.#upgraded.get(instance) ?? 0) + 1, this.#versions.length - 1));
  }

  /** The clock of a machine jumps, and stays so: also for processes that are started there later. */
  setClock(instance: string, aheadMs: number): void {
    this.#clocks.set(instance, aheadMs);
    for (const { spec, owner } of this.replicas) if (spec.instance === instance) this.time.setAhead(owner, aheadMs);
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

  /** Once there is one. */
  #loseLog(): void {
    if (loseLog(this, 'bronze_events')) this.logLostMs = this.time.nowMs;
    else if (!this.healed) this.later(lookMs, () => this.#loseLog());
  }

  /** From now on nothing new fails; what is down comes back by what was planned. */
  #heal(): void {
    this.history.note('fault', () => 'all is well again');
    this.healed = true;
    this.doomed.clear();
    this.weather.roughness = fair;
    if (this.settings.repartitions)
      for (const { instance } of this.#specs())
        for (let version = 1; version < this.#versions.length; version++) this.#upgradeInstance(instance);
  }

  #specs(): ReplicaSpec[] {
    const numbers = Array.from({ length: this.settings.replicas }, (_, i) => i + 1);
    const services = this.settings.apart
      ? [...new Set(this.pipeline.topology.tasks.map(serviceOf))]
      : (['all'] as const);
    return services.flatMap((service) => numbers.map((n) => ({ instance: `${service}-${n}`, service })));
  }
}

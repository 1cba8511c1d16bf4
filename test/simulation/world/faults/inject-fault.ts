/** Makes a planned fault happen in a world, and its end. */
import type { ModelClient } from '../../model/client/model-client.js';
import type { Owner } from '../../model/timeline.js';
import type { World } from '../world.js';
import type { Fault } from './fault-plan.js';
import { moveGround } from './move-ground.js';
import { fair } from './weather.js';

/** A server that hangs is given up by its clients after so many unanswered pings. */
const pingsMs = 4_500;

export function injectFault(world: World, fault: Fault): void {
  switch (fault.kind) {
    case 'kill':
    case 'pause':
    case 'leave':
    case 'disconnect':
      return hurtReplica(world, fault);
    case 'rough':
      world.weather.roughness = fault.roughness;
      return world.later(fault.ms, () => (world.weather.roughness = fair));
    case 'restart-server':
    case 'edit-between-restarts': {
      const server = world.cluster.servers[fault.server % world.cluster.servers.length]!;
      restartServer(world, server, fault.ms);
      if (fault.kind === 'edit-between-restarts') world.later(fault.ms, () => editAndRestart(world, server, fault.ms));
      return;
    }
    case 'hang-server':
      return hangServer(world, world.cluster.servers[fault.server % world.cluster.servers.length]!, fault.ms);
    case 'new-leader':
    case 'behind':
      return disturbStream(world, fault);
    default:
      return moveGround(world, fault);
  }
}

function hurtReplica(world: World, fault: Extract<Fault, { victim: number }>): void {
  const replica = world.replicas[fault.victim % world.replicas.length];
  if (!replica) return;
  const { owner, client } = replica;
  world.history.note('fault', () => `hits ${owner.name}`);
  switch (fault.kind) {
    case 'kill':
      if (fault.points > 0) world.doomed.set(replica, fault.points);
      else world.died(replica, 'killed', fault.backAfterMs);
      return;
    case 'leave':
      return replica.leave();
    case 'pause':
      world.time.pause(owner);
      return world.later(fault.ms, () => {
        world.history.note(owner, () => 'wakes');
        world.time.resume(owner);
      });
    case 'disconnect':
      return cutOff(world, client, fault.ms);
  }
}

/** The client is back after `ms`, at any server that is up. */
function cutOff(world: World, client: ModelClient, ms: number): void {
  client.disconnect();
  const back = (): void => {
    const server = world.someServer();
    if (world.down.has(server)) world.later(250, back);
    else client.reconnect(server);
  };
  world.later(ms, back);
}

function clientsOf(world: World, server: Owner): ModelClient[] {
  return [...world.replicas.map(({ client }) => client), world.producer.client].filter(
    (client) => client.server === server,
  );
}

function restartServer(world: World, server: Owner, ms: number): void {
  if (world.down.has(server)) return;
  world.down.add(server);
  for (const client of clientsOf(world, server)) cutOff(world, client, world.weather.latencyMs() + 250);
  world.cluster.lose(server);
  if (world.cluster.servers.length > 1)
    for (const { config } of world.cluster.streams)
      if (world.weather.toss(0.3)) world.cluster.changeLeader(config.name, 200 + ms * 0.2, 0);
  world.later(ms, () => world.down.delete(server));
}

function editAndRestart(world: World, server: Owner, ms: number): void {
  for (const { config } of world.cluster.streams) world.cluster.editStream(config.name, { duplicate_window: 130e9 });
  world.later(ms, () => restartServer(world, server, ms));
}

function hangServer(world: World, server: Owner, ms: number): void {
  if (world.down.has(server)) return;
  world.time.pause(server);
  world.down.add(server);
  world.later(ms, () => {
    world.down.delete(server);
    world.time.resume(server);
  });
  if (ms > pingsMs)
    world.later(pingsMs, () => {
      for (const client of clientsOf(world, server)) cutOff(world, client, 250);
    });
}

function disturbStream({ cluster }: World, fault: Extract<Fault, { kind: 'new-leader' | 'behind' }>): void {
  // A server that stands alone has neither elections nor followers.
  if (cluster.servers.length === 1 || cluster.streams.length === 0) return;
  const { name } = cluster.streams[fault.stream % cluster.streams.length]!.config;
  if (fault.kind === 'behind') cluster.fallBehind(name, fault.ms);
  else cluster.changeLeader(name, fault.electionMs, fault.formerMs);
}

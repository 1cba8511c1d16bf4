/** A copy of what the one server of a world has stored, taken and put back while it is down (docs/operations.md, Backup and restore). */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ground } from '../world.js';

type Servers = Pick<Ground, 'cluster' | 'admin'>;

const upMsMax = 20_000;
const pollMs = 100;

export class NatsBackup {
  private constructor(
    private readonly world: Servers,
    private readonly folder: string,
  ) {}

  static async take(world: Servers): Promise<NatsBackup> {
    const node = world.cluster.nodes[0]!;
    const backup = new NatsBackup(world, `${node.disk.path}-backup`);
    await whileDown(world, () => {
      rmSync(backup.folder, { recursive: true, force: true });
      cpSync(storeOf(world), backup.folder, { recursive: true });
    });
    return backup;
  }

  restore(): Promise<void> {
    return whileDown(this.world, () => {
      empty(storeOf(this.world));
      cpSync(this.folder, storeOf(this.world), { recursive: true });
      rmSync(this.folder, { recursive: true });
    });
  }
}

/** The server comes back as if it were new. */
export function emptyNats(world: Servers): Promise<void> {
  return whileDown(world, () => empty(storeOf(world)));
}

async function whileDown({ cluster, admin }: Servers, work: () => void): Promise<void> {
  const node = cluster.nodes[0]!;
  await node.stop();
  work();
  await node.start();
  const untilMs = performance.now() + upMsMax;
  while (
    !(await admin.jsm.getAccountInfo().then(
      () => true,
      () => false,
    ))
  ) {
    if (performance.now() > untilMs)
      throw new Error(`${node.name} does not answer ${upMsMax / 1000} s after it was started again`);
    await sleep(pollMs);
  }
}

/** Accounts stand right below the folder; it is a mount, so it stays itself. */
function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
}

function storeOf({ cluster }: Servers): string {
  return cluster.nodes[0]!.disk.path;
}

/** A disk of its own for one server, small enough to be filled: a tmpfs. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const chunkBytes = 1024 * 1024;
const ballast = 'ballast';

export class SmallDisk {
  private constructor(readonly path: string) {}

  /** Needs root: mounts are the kernel's. @throws with what to do without root */
  static mount(path: string, megabytes: number): SmallDisk {
    mkdirSync(path, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'pipe' });
    } catch (cause) {
      throw new Error(
        `cannot mount a tmpfs at ${path}: the fault harness gives each server a small disk, so run it as root.`,
        { cause },
      );
    }
    return new SmallDisk(path);
  }

  get bytesFree(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** Takes all room that is left. @returns how many bytes that was */
  fill(): number {
    const before = this.bytesFree;
    const file = openSync(join(this.path, ballast), 'a');
    try {
      fillFile(file);
    } finally {
      closeSync(file);
    }
    return before - this.bytesFree;
  }

  empty(): void {
    rmSync(join(this.path, ballast), { force: true });
  }

  /** Whatever still uses it: the mount goes when its last user does. */
  unmount(): void {
    execFileSync('umount', ['-l', this.path]);
  }
}

function fillFile(file: number): void {
  for (let chunk = Buffer.alloc(chunkBytes); chunk.length > 0; ) {
    try {
      writeSync(file, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      chunk = chunk.subarray(0, chunk.length >> 1);
    }
  }
}

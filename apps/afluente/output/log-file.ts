/** A file of log lines with a bound: the newest lines, and as many again before them in a second file. */
import { closeSync, fstatSync, ftruncateSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.js';

export const logBytesMax = 64 * 1024 * 1024;

export class LogFile {
  #fd: number | undefined;

  /** Opens nothing yet. @param bytesMax at this size it is renamed to `<path>.1` and begun anew */
  constructor(
    readonly path: string,
    private readonly bytesMax = logBytesMax,
  ) {}

  /**
   * Appends a line. Others may do the same, rename the file or take it away: what counts is the file that stands there now.
   * @throws errors of the file system; then nothing of the line stands in the file
   */
  append(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    let { fd, size } = this.#open();
    if (size > 0 && size + bytes.length > this.bytesMax) {
      renameSync(this.path, `${this.path}.1`);
      ({ fd, size } = this.#open());
    }
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    } catch (error) {
      this.#takeBack(fd, size);
      throw error;
    }
  }

  /** Makes sure that it can be written. @throws errors of the file system */
  check(): void {
    this.#open();
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #open(): { fd: number; size: number } {
    const there = statSync(this.path, { throwIfNoEntry: false });
    if (this.#fd !== undefined) {
      const own = fstatSync(this.#fd);
      if (there?.ino === own.ino && there.dev === own.dev) return { fd: this.#fd, size: own.size };
      this.close();
    }
    makeFolder(dirname(this.path));
    this.#fd = openSync(this.path, 'a');
    return { fd: this.#fd, size: fstatSync(this.#fd).size };
  }

  /** A full disk may have taken a part of the line. */
  #takeBack(fd: number, size: number): void {
    try {
      ftruncateSync(fd, size);
    } catch {
      // Then half a line is what is left of it.
    }
  }
}

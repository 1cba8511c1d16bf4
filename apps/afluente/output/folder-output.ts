/** Lines of services in a folder, a file for each service; a person is told of the warnings and errors among them. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { services } from '#stages/kinds/all-stages';
import type { Service } from '#stages/topology/topology';
import { UsageError } from '../run-command.js';
import type { Display } from './display.js';
import { LogFile } from './log-file.js';
import { makeFolder } from './make-folder.js';
import { Repeats } from './repeats.js';
import type { ServiceOutput } from './service-output.js';
import { wordsOf } from './service-words.js';

const heldLinesMax = 100;

export class FolderOutput implements ServiceOutput {
  readonly showsAtOnce = false;
  readonly #files: ReadonlyMap<Service, LogFile>;
  readonly #repeats = new Repeats();
  /** Lines of standard error of services that are not ready: a service that fails says why, and that is shown when it has failed. */
  readonly #held = new Map<Service, string[]>(services.map((service) => [service, []]));
  /** Lines that a file lacks, by service. */
  readonly #missing = new Map<Service, number>();

  private constructor(
    readonly folder: string,
    private readonly display: Display | undefined,
  ) {
    this.#files = new Map(services.map((service) => [service, new LogFile(join(folder, `${service}.log`))]));
  }

  /** @param display undefined: nobody is told of anything @throws UsageError when the folder cannot be made, or its files cannot be written */
  static open(folder: string, display: Display | undefined): FolderOutput {
    const output = new FolderOutput(resolve(folder), display);
    try {
      makeFolder(output.folder);
      for (const file of output.#files.values()) {
        refuseOddFile(file.path);
        file.check();
      }
      return output;
    } catch (error) {
      for (const file of output.#files.values()) file.close();
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `the services' logs cannot be written into ${output.folder}: ${(error as Error).message}. Name a folder that can be written with --log, or write --log json for JSON lines on standard output.`,
      );
    }
  }

  line(service: Service, from: 'stdout' | 'stderr', text: string): void {
    this.#keep(service, text);
    const held = this.#held.get(service);
    if (from === 'stderr' && held) held.push(...(held.length < heldLinesMax ? [text] : []));
    else this.#tell(service, text);
  }

  ready(service: Service): void {
    const held = this.#held.get(service) ?? [];
    this.#held.delete(service);
    for (const text of held) this.#tell(service, text);
  }

  close(): Promise<void> {
    for (const file of this.#files.values()) file.close();
    return Promise.resolve();
  }

  #tell(service: Service, text: string): void {
    const words = wordsOf(service, text);
    const shown = words && this.#repeats.take(words.text, performance.now());
    if (shown !== undefined) this.display?.warn(words!.level, shown);
  }

  #keep(service: Service, text: string): void {
    const file = this.#files.get(service)!;
    const missing = this.#missing.get(service) ?? 0;
    try {
      file.append(text);
      if (missing > 0)
        this.display?.say(
          `${file.path} is written again; ${missing} ${missing === 1 ? 'line is' : 'lines are'} missing`,
        );
      this.#missing.set(service, 0);
    } catch (error) {
      if (missing === 0)
        this.display?.warn(
          'warning',
          `${file.path} cannot be written, ${service} runs on without it: ${(error as Error).message}`,
        );
      this.#missing.set(service, missing + 1);
    }
  }
}

/** To open a pipe waits until somebody reads it. */
function refuseOddFile(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile())
    throw new UsageError(
      `${path} is no ordinary file, so no log can be written there. Name another folder with --log, or move it away.`,
    );
}

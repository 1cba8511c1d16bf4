/** Child processes of the benchmark that answer by messages. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export class Child {
  private constructor(private readonly process: ChildProcess) {}

  /** Starts the program of a room beside this one and gives it its job; resolves with its first answer. @param name e.g. `whole/producer` */
  static async start(name: string, job: object): Promise<Child> {
    const child = new Child(
      fork(fileURLToPath(new URL(`../${name}.js`, import.meta.url)), {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    );
    child.process.on('exit', (code) => code && console.error(`benchmark process ${name} ended with exit code ${code}`));
    child.process.send(job);
    await child.answer();
    return child;
  }

  get pid(): number {
    return this.process.pid!;
  }

  send(message: object): void {
    this.process.send(message);
  }

  async answer<Answer>(): Promise<Answer> {
    const [message] = (await once(this.process, 'message')) as [Answer];
    return message;
  }

  async end(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.send({ end: true });
    await ended;
  }
}

/** CPU time of a piece of work, per item. */

/** Prints µs of CPU per item of this process, user and system. @returns the figure */
export async function cpuPerItem(name: string, items: number, work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const micros = (user + system) / items;
  process.stdout.write(`${name.padEnd(40)} ${micros.toFixed(2)} µs CPU\n`);
  return micros;
}

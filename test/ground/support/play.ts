/** Plays cases on a world: side by side where each has a field of its own, one after the other where all share one. */
import { mapFew } from '#nats/ground/map-few';
import type { Field } from './field.js';
import { type GroundCase, titleOf } from './ground-case.js';
import type { Cell } from './read-table.js';
import { afterStart, begin, change, endOf, type Looked, wrongTables } from './run-case.js';
import { World, type WorldOptions } from './world.js';

export interface Played {
  readonly one: GroundCase;
  readonly cell: Cell;
}

type Place = Omit<WorldOptions, 'sources'>;
/** What went wrong, by the title of the case; nothing where all is as it should be. */
export type Failures = Map<string, Error>;

const atOnceMax = 12;
const shared = 'witness';

/** Names of sources: words, not numbers, so that reasons can be read. */
export const nameOf = (one: GroundCase): string =>
  titleOf(one)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');

export async function playSideBySide(place: Place, played: readonly Played[]): Promise<Failures> {
  const sources = played.map(({ one }) => ({ name: nameOf(one), needs: one.needs ?? {} }));
  const world = await World.open({ ...place, sources });
  try {
    return await new SideBySide(world, played).play();
  } finally {
    await world.close();
  }
}

/** Cases on fields of their own, all at the same stage. */
class SideBySide {
  readonly #failures: Failures = new Map();

  constructor(
    private readonly world: World,
    private readonly played: readonly Played[],
  ) {}

  async play(): Promise<Failures> {
    await this.#all(async ({ one, cell }, field) => {
      await begin(field);
      await change(one, cell, field);
    });
    await this.world.killAll(async () => {
      for (const next of this.played) await this.#attempt(next, (field) => next.one.beforeStart?.(field));
    });
    const halted = this.played.filter(({ one, cell }) => cell.now.verdict === 'halts' && one.repairs);
    // Before what was repaired goes on: nothing wrong may have been written.
    await this.#judge(
      this.played.filter((next) => !halted.includes(next)),
      () => false,
    );
    for (const next of halted) await this.#attempt(next, (field) => next.one.repairs?.(field));
    await this.world.start({ AFL_ACCEPT_FRONT_GAPS: 'true' });
    await this.#all(({ one, cell }, field) => afterStart(one, cell, field));
    await this.#judge(this.played, ({ one, cell }) => endOf(one, cell).verdict === 'goes on');
    return this.#failures;
  }

  async #all(work: (next: Played, field: Field) => Promise<unknown>): Promise<void> {
    await mapFew(this.played, atOnceMax, (next) => this.#attempt(next, (field) => work(next, field)));
  }

  /** What has failed is not gone on with. */
  async #attempt({ one }: Played, work: (field: Field) => Promise<unknown> | undefined): Promise<void> {
    if (this.#failures.has(titleOf(one))) return;
    await Promise.resolve(this.world.fields.get(nameOf(one))!)
      .then(work)
      .catch((error: Error) => this.#failures.set(titleOf(one), error));
  }

  async #judge(played: readonly Played[], isWhole: (next: Played) => boolean): Promise<void> {
    const standing = played.filter(({ one }) => !this.#failures.has(titleOf(one)));
    const looked = standing.map((next): Looked => {
      const field = this.world.fields.get(nameOf(next.one))!;
      return { field, unreadable: next.one.unreadable, whole: isWhole(next) };
    });
    const wrong = await wrongTables(this.world.lake, looked);
    for (const { one } of standing)
      if (wrong.has(nameOf(one))) this.#failures.set(titleOf(one), new Error(wrong.get(nameOf(one))));
  }
}

/** Ends at the first case that fails: the next ones would stand on what it left. */
export async function playInTurn(place: Place, played: readonly Played[]): Promise<Failures> {
  const failures: Failures = new Map();
  const world = await World.open({ ...place, sources: [{ name: shared, needs: {} }] });
  const field = world.fields.get(shared)!;
  let broken: string | undefined;
  try {
    await begin(field);
    for (const { one, cell } of played) {
      if (broken !== undefined) failures.set(titleOf(one), new Error(`not tried: before it, "${broken}" has failed`));
      else
        await change(one, cell, field).catch((error: Error) => {
          broken = titleOf(one);
          failures.set(broken, error);
        });
    }
    if (broken !== undefined) return failures;
    await world.killAll(() => Promise.resolve());
    await world.start();
    await field.publish(1);
    await field.settled();
    const wrong = (await wrongTables(world.lake, [{ field, unreadable: undefined, whole: true }])).get(shared);
    if (wrong !== undefined) for (const { one } of played) failures.set(titleOf(one), new Error(wrong));
    return failures;
  } finally {
    await world.close();
  }
}

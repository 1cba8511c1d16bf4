/** The events of a sample: as they stand there, and taken out of each envelope in which all of them stand. */
import { Buffer } from 'node:buffer';
import { objectIn } from '#contract/values/payload';
import { type EnvelopeName, envelopeNames, envelopeOf } from '#envelopes/all-envelopes';
import { isOpened } from '#envelopes/envelope';
import { textAt } from '#envelopes/member-slice';
import { Profile, type Told } from './profile.js';

/** What a sample's events are, as far as it shows. */
export interface Seen {
  readonly profile: Profile;
  /** In which each of them stands; the profile is of what is inside. */
  readonly envelope: EnvelopeName | undefined;
}

export class Sample {
  readonly #plain: Profile;
  #enveloped: readonly { readonly name: EnvelopeName; readonly profile: Profile }[];

  /** @param envelope the one that the user has named; undefined: that in which all of them stand, or none */
  constructor(
    told: Told,
    private readonly envelope?: EnvelopeName | 'none',
  ) {
    this.#plain = new Profile(told.isTextOnly, told.timeZone);
    const names =
      envelope === undefined ? (told.isTextOnly ? [] : envelopeNames) : envelope === 'none' ? [] : [envelope];
    this.#enveloped = names.map((name) => ({ name, profile: new Profile(told.isTextOnly, told.timeZone) }));
  }

  /** @returns why the text is no event; then nothing is learnt from it */
  add(text: string): string | undefined {
    if (this.envelope !== undefined && this.envelope !== 'none')
      return addInside(this.#enveloped[0]!.profile, this.envelope, text);
    const why = this.#plain.add(text);
    if (why === undefined)
      this.#enveloped = this.#enveloped.filter(({ name, profile }) => addInside(profile, name, text) === undefined);
    return why;
  }

  get seen(): Seen {
    const [inside] = this.#enveloped;
    return { profile: inside?.profile ?? this.#plain, envelope: inside?.name };
  }
}

/** @returns why there is no event in such an envelope */
function addInside(profile: Profile, name: EnvelopeName, text: string): string | undefined {
  const bytes = Buffer.from(text);
  const payload = objectIn(bytes, 0, bytes.length, true);
  if (!payload.ok) return 'is no JSON object';
  const slice = (path: readonly string[]): string => textAt(bytes, 0, bytes.length, path);
  const opened = envelopeOf(name)!.inPayload(payload.object, slice);
  if (!isOpened(opened)) return opened.pointer === '' ? opened.mistake : `at ${opened.pointer} ${opened.mistake}`;
  const why = profile.add(slice(opened.path));
  return why === undefined ? undefined : `its event ${why}`;
}

/** Booleans as JSON writes them. */
import type { BoolBuilder } from '#columns/build/bool-builder';
import type { AnyBuilder } from '#columns/build/builder-of';
import type { Stored } from '../values/stored.js';
import type { QuickValue } from './quick-value.js';
import { isText, unusual } from './scan-bytes.js';

const trueText = Buffer.from('true');
const falseText = Buffer.from('false');

export class QuickBool implements QuickValue {
  isNull = true;
  #value = false;

  read(bytes: Buffer, at: number, end: number): number {
    this.isNull = false;
    this.#value = at + trueText.length <= end && isText(bytes, at, at + trueText.length, trueText);
    if (this.#value) return at + trueText.length;
    const behind = at + falseText.length;
    return behind <= end && isText(bytes, at, behind, falseText) ? behind : unusual;
  }

  appendTo(builder: AnyBuilder): void {
    if (this.isNull) (builder as BoolBuilder).appendNull();
    else (builder as BoolBuilder).append(this.#value);
  }

  stored(): Stored {
    return this.isNull ? null : this.#value;
  }
}

/** One way to make a message. */
import type { Dice } from '../dice.js';
import type { HostileMessage, Place } from '../hostile-message.js';

export interface Kind {
  readonly name: string;
  /** How often it comes, beside the others. */
  readonly weight: number;
  make(place: Place, dice: Dice): HostileMessage;
}

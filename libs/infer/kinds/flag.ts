/** Pairs of texts that say yes and no. */
import type { Kind } from './kind.js';

const pairs = 's n|sim não|sim nao|y n|yes no|true false|si no|sí no|j n|ja nein|o n|oui non'
  .split('|')
  .map((pair) => pair.split(' ') as [yes: string, no: string]);

/** Of two texts that are such a pair, however they are capitalised. */
export function flagOf(choices: readonly string[]): Kind | undefined {
  const find = (word: string): string | undefined => choices.find((choice) => choice.toLowerCase() === word);
  for (const pair of pairs) {
    const [yes, no] = pair.map(find);
    if (choices.length === 2 && yes !== undefined && no !== undefined) return { is: 'flag', yes, no };
  }
  return undefined;
}

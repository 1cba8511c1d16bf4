/** Random numbers by place: the same seed, index and use give the same number, in any order of asking. */

/** A whole number in [0, below). `use` keeps the numbers of one index apart. */
export function randomOf(seed: number, index: number, use: number, below: number): number {
  let mixed = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b) ^ Math.imul(use + 1, 0xc2b2ae35)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) % below;
}

/** Refuses keys that would mean different objects on different stores, or leave the store's root. */
import { StoreError } from './store-errors.js';

export function checkKey(key: string): string {
  const segments = key.split('/');
  const bad = key === '' || key.includes('\0') || segments.some((s) => s === '' || s === '.' || s === '..');
  if (bad)
    throw new StoreError(`"${key}" is not a key: use relative names joined by single slashes, without "." or ".."`);
  return key;
}

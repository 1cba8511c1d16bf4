/** Where the set-up keeps things; all of it is inside the clone and ignored by git. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
export const tools = join(root, '.tools');

/** @param {string[]} parts */
export const inRoot = (...parts) => join(root, ...parts);

/** @param {string[]} parts */
export const inTools = (...parts) => join(tools, ...parts);

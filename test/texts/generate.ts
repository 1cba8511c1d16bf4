/** `npm run generate`: writes every text that follows from others. A spec fails while one of them is stale. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { strayCopies } from './chart-texts.js';
import { generatedTexts, staleTexts } from './generated-texts.js';

const texts = generatedTexts();
const stale = staleTexts(texts);
const stray = strayCopies(texts);
for (const path of stray) rmSync(join(projectRoot, path));
for (const path of stale) {
  mkdirSync(dirname(join(projectRoot, path)), { recursive: true });
  writeFileSync(join(projectRoot, path), texts.get(path) ?? '');
}
for (const path of [...stale, ...stray]) process.stdout.write(`${path}\n`);
process.stdout.write(
  `${stale.length} written, ${stray.length} removed, ${texts.size - stale.length} were up to date\n`,
);

/** `npm run chart`: writes the chart's texts that follow from others. A spec fails while they differ. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chartFolder } from './support/chart-folder.js';
import { chartTexts, strayCopies } from './support/chart-texts.js';

const texts = chartTexts();
for (const path of strayCopies(texts)) rmSync(join(chartFolder, path));
for (const [path, text] of texts) {
  mkdirSync(dirname(join(chartFolder, path)), { recursive: true });
  writeFileSync(join(chartFolder, path), text);
}
process.stdout.write(`${texts.size} files of helm/afluente are up to date\n`);

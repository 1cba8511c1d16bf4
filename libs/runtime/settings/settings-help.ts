/** The settings as text for a terminal: what `--help` of a service, of `afluente up` and of `afluente start` says of them. */
import { variablesOf } from './setting-table.js';
import { settings } from './settings.js';

export function settingsHelp(): string {
  const rows = variablesOf(settings).map(
    ({ name, otherwise, meaning }) => `  ${name} (${plain(otherwise)})\n      ${plain(meaning)}`,
  );
  return `Environment variables (what holds while they are not set):\n\n${rows.join('\n')}\n`;
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}

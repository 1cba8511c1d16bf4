/** Applies the edits of a control to source texts. */
import type { Edit } from './control.js';

export class EditError extends Error {
  override readonly name = 'EditError';
}

/** @param read gives the text of a file @returns the changed texts by file @throws EditError when an edit does not fit exactly once */
export function applyEdits(edits: readonly Edit[], read: (file: string) => string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const parts = (texts.get(file) ?? read(file)).split(find);
    if (parts.length !== 2)
      throw new EditError(
        `${file} has ${parts.length - 1} places with ${JSON.stringify(find)}, and the control needs exactly one: adapt the control to the source`,
      );
    texts.set(file, parts.join(replace));
  }
  return texts;
}

/** Links of texts that stand in several documents: where they are written they begin at the root of the repository, in a document they must begin at its folder. */
import { posix } from 'node:path';

const link = /( \()?\[([^\]]*)\]\(([\w./-]+\.md)(#[\w-]+)?\)(\))?/g;

/** The text as it stands in this document. A link in parentheses that only leads to the document itself is left out. */
export function linksFrom(document: string, text: string): string {
  return text.replace(
    link,
    (
      _,
      open: string | undefined,
      words: string,
      path: string,
      anchor: string | undefined,
      close: string | undefined,
    ) => {
      const isSelf = path === document;
      if (isSelf && anchor === undefined && open && close) return '';
      const target = isSelf ? '' : posix.relative(posix.dirname(document), path);
      return `${open ?? ''}[${words === path ? target || path : words}](${target}${anchor ?? ''})${close ?? ''}`;
    },
  );
}

/** How many columns of a terminal text takes, and cuts that never split a character as a person sees it. */
import stringWidth from 'string-width';

const ellipsis = '…';
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const asciiPattern = /^[\x20-\x7e]*$/;

/**
 * Columns of a line of printable text; emoji and Chinese, Japanese and Korean characters take two, combining marks none.
 * @param atMost counts no further: of a text of a megabyte, only the beginning is looked at
 */
export function widthOf(text: string, atMost = Infinity): number {
  if (asciiPattern.test(text)) return Math.min(text.length, atMost);
  if (atMost === Infinity) return stringWidth(text);
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += stringWidth(segment);
    if (width >= atMost) return atMost;
  }
  return width;
}

/** The text if it fits, else its beginning and an ellipsis; never wider than `columns`. */
export function cutText(text: string, columns: number): string {
  if (widthOf(text, columns + 1) <= columns) return text;
  let [width, end] = [0, 0];
  for (const { segment, index } of graphemes.segment(text)) {
    width += stringWidth(segment);
    if (width > columns - 1) break;
    end = index + segment.length;
  }
  return columns < 1 ? '' : text.slice(0, end) + ellipsis;
}

/** With spaces behind it, or before it, up to a width; what is wider stays as it is. */
export function padText(text: string, columns: number, toTheRight = false): string {
  const space = ' '.repeat(columns - widthOf(text, columns));
  return toTheRight ? space + text : text + space;
}

/** JSON as a person would write a schema: what fits stands on one line. */

const charsMax = 120;
/** The schema itself and its properties are always opened. */
const openLevels = 2;

export function schemaText(schema: object): string {
  return `${written(schema, 0, 0)}\n`;
}

/** @param before how many characters stand before it on its line */
function written(value: unknown, level: number, before: number): string {
  const flat = inline(value);
  if (typeof value !== 'object' || value === null) return flat;
  const isOpen = level < openLevels && !Array.isArray(value);
  if (!isOpen && before + flat.length < charsMax) return flat;
  const indent = '  '.repeat(level + 1);
  const lines = Array.isArray(value)
    ? value.map((item) => written(item, level + 1, indent.length))
    : Object.entries(value).map(([name, part]) => {
        const lead = `${JSON.stringify(name)}: `;
        return lead + written(part, level + 1, indent.length + lead.length);
      });
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.map((line) => indent + line).join(',\n')}\n${'  '.repeat(level)}${close}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}: ${inline(part)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

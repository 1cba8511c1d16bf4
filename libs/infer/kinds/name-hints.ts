/** What the name of a property says about what it is for. Names are compared word by word, however they are written: `orderId`, `order_id`, `Order-ID`. */

const times = words(
  'time timestamp ts date datetime at on when created updated modified occurred started ended begin start end epoch',
);
/** Of the times, those that say when something came to be known, not when it happened. */
const laterTimes = words('updated modified ingested received processed');
const identifiers = words('id uuid guid key code no nr number ref reference hash');
const money = words(
  'price prices amount total subtotal cost costs fee fees tax taxes vat balance revenue gross budget salary wage payment discount charge sales',
);
const entities = words(
  'customer client user account member person patient driver employee device sensor machine meter vehicle car session tenant shop store station site host product sku symbol network net city country region location place origin source',
);

export function saysTime(name: string): boolean {
  return wordsOf(name).some((word) => times.has(word) || laterTimes.has(word));
}

export function saysLaterTime(name: string): boolean {
  return wordsOf(name).some((word) => laterTimes.has(word));
}

export function saysMoney(name: string): boolean {
  return wordsOf(name).some((word) => money.has(word));
}

export function saysEntity(name: string): boolean {
  return wordsOf(name).some((word) => entities.has(word));
}

/** How plainly a name says that it identifies: 0 not at all, to 3. @param of what is identified, e.g. `orders` */
export function saysIdentifier(name: string, of: string): number {
  const parts = wordsOf(name);
  const last = parts.at(-1) ?? '';
  if (!identifiers.has(last)) return 0;
  const before = parts.slice(0, -1).join('');
  const isId = last === 'id' || last === 'uuid' || last === 'guid';
  if (isId && (before === '' || before === 'event' || before === 'message' || namesSame(before, of))) return 3;
  return isId ? 2 : 1;
}

/** `order` and `orders`. */
function namesSame(one: string, other: string): boolean {
  const plain = (name: string): string => wordsOf(name).join('').replace(/s$/, '');
  return plain(one) === plain(other);
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

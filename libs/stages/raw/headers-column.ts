/** Fills the column `headers` of raw frames from the bytes of messages. */
import type { ColumnsBuilder } from '#columns/build/columns-builder';
import { ListBuilder } from '#columns/build/list-builder';
import { StringBuilder } from '#columns/build/string-builder';
import { StructBuilder } from '#columns/build/struct-builder';
import type { HeaderBlock } from '#frame/header-block';

/** Places of one header in a block: of its name, then of its value. */
const placesEach = 4;

export class HeadersColumn {
  readonly #list: ListBuilder;
  readonly #header: StructBuilder;
  readonly #names: StringBuilder;
  readonly #values: StringBuilder;

  constructor(builder: ColumnsBuilder) {
    this.#list = builder.column('headers', ListBuilder);
    const header = this.#list.items;
    if (!(header instanceof StructBuilder)) throw new TypeError('headers are a list of structs');
    const [names, values] = header.children;
    if (!(names instanceof StringBuilder && values instanceof StringBuilder))
      throw new TypeError('a header is two texts');
    [this.#header, this.#names, this.#values] = [header, names, values];
  }

  /** The headers of one more row; undefined: missing. */
  append(headers: HeaderBlock | undefined): void {
    if (headers === undefined) return this.#list.appendNull();
    const { count, places } = headers;
    for (let at = 0; at < count * placesEach; at += placesEach) {
      put(this.#names, headers, places[at]!, places[at + 1]!);
      if (places[at + 2]! < 0) this.#values.appendNull();
      else put(this.#values, headers, places[at + 2]!, places[at + 3]!);
      this.#header.endStruct();
    }
    this.#list.endList();
  }
}

function put(column: StringBuilder, headers: HeaderBlock, start: number, end: number): void {
  if (headers.ascii) column.appendUtf8(headers.bytes, start, end);
  else column.append(headers.text(start, end));
}

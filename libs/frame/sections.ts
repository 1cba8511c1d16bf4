/** Sections: the named tables of a frame, laid end to end in the message payload and described by one header. */

/** `packed`: as its stage has it, for its next stage only. */
export type SectionEncoding = 'arrow' | 'ndjson' | 'packed';

export interface SectionInfo {
  readonly name: string;
  readonly encoding: SectionEncoding;
  readonly bytes: number;
  readonly rows: number;
}

export interface Section extends SectionInfo {
  readonly data: Uint8Array;
}

export function section(name: string, encoding: SectionEncoding, data: Uint8Array, rows: number): Section {
  return { name, encoding, data, bytes: data.byteLength, rows };
}

/** `ok;arrow;1234;20,rejected;arrow;99;1`: name, encoding, byte length, rows, in payload order. */
export function encodeSectionInfos(infos: readonly SectionInfo[]): string {
  return infos.map((s) => `${s.name};${s.encoding};${s.bytes};${s.rows}`).join(',');
}

export function decodeSectionInfos(text: string): SectionInfo[] {
  if (text === '') return [];
  return text.split(',').map((part) => {
    const [name = '', encoding = '', bytes, rows] = part.split(';');
    return { name, encoding: encoding as SectionEncoding, bytes: Number(bytes), rows: Number(rows) };
  });
}

export function joinSections(sections: readonly Section[]): Uint8Array {
  if (sections.length === 1) return sections[0]!.data;
  const payload = new Uint8Array(sections.reduce((sum, s) => sum + s.bytes, 0));
  let at = 0;
  for (const s of sections) {
    payload.set(s.data, at);
    at += s.bytes;
  }
  return payload;
}

/** Views into `payload`, or undefined when the lengths do not add up to the payload. */
export function splitSections(infos: readonly SectionInfo[], payload: Uint8Array): Section[] | undefined {
  let at = 0;
  const sections = infos.map((info) => {
    const data = payload.subarray(at, at + info.bytes);
    at += info.bytes;
    return { ...info, data };
  });
  return at === payload.byteLength ? sections : undefined;
}

export function rowsOf(sections: readonly SectionInfo[], name: string): number {
  return sections.reduce((sum, s) => (s.name === name ? sum + s.rows : sum), 0);
}

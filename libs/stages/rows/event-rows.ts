/** Single rows of a section as events: to leave them out of a step's input, or to say in quarantine what they were. */
import { pickRows, readDataFrame, rowCount, writeDataFrame } from '#columns/polars/data-frames';
import { type Section, section } from '#frame/sections';
import { type RawEvent, RawFrame } from '../raw/raw-columns.js';
import { rawRows } from '../raw/raw-rows.js';
import { eventsOf } from './refuse-rows.js';

export interface EventRows {
  /** The section with these rows only. @throws FrameReadError, DataFrameError when it cannot be read */
  pick(section: Section, places: readonly number[]): Section;
  /** These rows as events; a payload that would take more than `payloadBytesMax` may be left out. @throws as `pick` */
  events(section: Section, places: readonly number[], payloadBytesMax: number): RawEvent[];
}

/** Rows as ingest wrote them. */
export const rawEventRows: EventRows = {
  pick: (s, places) => {
    const frame = new RawFrame();
    for (const event of rawEvents(s, places)) frame.append(event);
    return section(s.name, 'arrow', frame.take(), places.length);
  },
  events: rawEvents,
};

/** Rows with the columns of the contract, or of the SQL of enrich. */
export const okEventRows: EventRows = {
  pick: (s, places) => {
    const rows = pickRows(readDataFrame(s.data), places);
    return section(s.name, 'arrow', writeDataFrame(rows, 'lz4'), rowCount(rows));
  },
  events: (s, places, payloadBytesMax) => eventsOf(pickRows(readDataFrame(s.data), places), payloadBytesMax),
};

function rawEvents({ data }: Section, places: readonly number[]): RawEvent[] {
  const raw = rawRows(data);
  return places.map((row) => raw.event(row));
}

/** Frames for enrich and what it makes of them. */
import { readReference } from '#columns/files/reference';
import { type DataFrame, rowCount, writeDataFrame } from '#columns/polars/data-frames';
import { type Section, section } from '#frame/sections';
import type { InputFrame, OutputFrame, StepLimits } from '#frame/step';
import type { References } from '#stages/steps/enrich-rows';
import { enrichStep } from '#stages/steps/enrich-step';
import {
  type Arrival,
  eventText,
  type inputFrame,
  refusedIn,
  rowsIn,
  validFrame,
  wide,
} from '#stages/topology/example-frames';

export const startMs = Date.UTC(2026, 0, 1);

export const none: References = { tables: {}, versions: '' };

export const people: References = {
  tables: { people: readReference(Buffer.from('user,city\nu,Recife\n'), 'csv') },
  versions: 'people=0123456789ab',
};

export const join = 'SELECT e.*, p.city FROM events e LEFT JOIN people p ON e."user" = p."user"';

export const toInteger = `SELECT *, CAST(REPLACE(more, '"', '') AS INTEGER) AS n FROM events`;

export const sectionOf = (rows: DataFrame): Section =>
  section('ok', 'arrow', writeDataFrame(rows, 'lz4'), rowCount(rows));

export const size = (frame: OutputFrame): number => frame.sections.reduce((sum, s) => sum + s.bytes, 0);

/** Frames as validate gives them: events with such texts, `null` for one that it refuses. */
export function validFrames(
  batches: readonly (readonly (string | null)[])[],
  head: Parameters<typeof inputFrame>[2] = {},
): InputFrame[] {
  let seq = 0;
  return batches.map((texts, i) => {
    const arrivals = texts.map(
      (more): Arrival => ({
        payload: more === null ? 'bad' : eventText(`e${seq}`, startMs, { more }),
        atMs: startMs + seq,
        seq: seq++,
      }),
    );
    return validFrame(i + 1, arrivals, head);
  });
}

export const enriched = (
  sql: string | undefined,
  frames: readonly InputFrame[],
  limits: StepLimits = wide,
  references = none,
) => enrichStep(sql, () => references)({ frames, state: undefined, limits });

export type Frames = readonly Pick<OutputFrame, 'sections'>[];

export const okSeqs = (output: Frames): unknown[] => rowsIn(output, 'ok').map(({ _seq }) => _seq);

export const refusedSeqs = (output: Frames): number[] => refusedIn(output, 'rejected').map(({ seq }) => seq);

/** The SQL of the examples gives the columns and values that their windows and checks rely on. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import pl, { type DataFrame } from 'nodejs-polars';
import { FrameBuilder } from '#columns/arrow-builder';
import { readFrame } from '#columns/frames';
import { runSql } from '#columns/sql';
import { compileContract } from '#contract/compile-contract';
import { Contract } from '#contract/contract';
import { loadPipelineFolder, type PipelineFolder } from '#pipeline-folder/load';
import { windowsOf } from '#pipeline/window-facts';
import { parseMeasure } from '#windows/measure';
import type { Example, Published } from './example.js';
import { example as flights } from './flights/example.js';
import { example as salesTech } from './sales-tech/example.js';

function folderOf({ name }: Example): PipelineFolder {
  const result = loadPipelineFolder(fileURLToPath(new URL(`./${name}`, import.meta.url)));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.loaded;
}

/** The accepted ones of the first events of a source as one frame, enriched; and what was expected of them. */
async function enriched(example: Example, sourceName: string): Promise<{ frame: DataFrame; sent: Published[] }> {
  const { pipeline, contracts, folder } = folderOf(example);
  const source = pipeline.sources[sourceName];
  if (!source) throw new Error(`no source ${sourceName}`);
  const contract = compileContract(contracts[sourceName], { id: source.id, key: source.key, eventTime: source.eventTime.field });
  if (!(contract instanceof Contract)) throw new Error(JSON.stringify(contract));
  const builder = new FrameBuilder(contract.columns);
  const sent: Published[] = [];
  for await (const batch of example.events({ count: 2_000, seed: 2, startMs: Date.UTC(2026, 4, 4) })) {
    for (const message of batch.filter(({ expect: due }) => due.source === sourceName && due.table === 'silver')) {
      const event = contract.read(Buffer.from(message.payload).toString());
      if (!event.ok) throw new Error(event.message);
      contract.append(event, builder);
      builder.endRow();
      sent.push(message);
    }
  }
  const references = Object.values(pipeline.references).map(({ name, file }) => [name, pl.readCSV(`${folder}/${file}`)] as const);
  const sql = pipeline.enrich[sourceName]?.sql ?? '';
  return { frame: runSql(sql, { events: readFrame(builder.finish()), ...Object.fromEntries(references) }), sent };
}

describe('the SQL of the examples', () => {
  it.each<[string, Example]>([
    ['transactions', salesTech],
    ['interactions', salesTech],
    ['flights', flights],
  ])('keeps every event of %s and has the columns of its windows', async (source, example) => {
    const { frame, sent } = await enriched(example, source);
    const { pipeline } = folderOf(example);
    expect(frame.height).toBe(sent.length);
    for (const window of windowsOf(pipeline, source)) {
      expect(frame.columns).toEqual(expect.arrayContaining([...window.key, ...Object.values(window.measures).flatMap(columnOf)]));
    }
  });

  it('multiplies money exactly', async () => {
    const { frame, sent } = await enriched(salesTech, 'transactions');
    const totals = runSql('SELECT event_id, CAST(total AS VARCHAR) AS total, category, region FROM enriched', { enriched: frame }).toRecords();
    const due = new Map(sent.map(({ expect: due }) => (due.table === 'silver' ? [due.eventId, due.totalCents] : ["", 0])));
    for (const { event_id, total, category, region } of totals) {
      expect(String(total).replace('.', '')).toBe(String(due.get(String(event_id))));
      expect([category, region]).toEqual([expect.any(String), expect.any(String)]);
    }
  });
});

function columnOf(text: string): string[] {
  const measure = parseMeasure(text);
  if ('problem' in measure) throw new Error(measure.problem);
  return 'column' in measure ? [measure.column] : [];
}

/** The pipeline folders of the examples load without a problem. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadPipelineFolder } from '#pipeline-folder/load';
import { windowKeyHolds } from '#pipeline/window-facts';

describe('the example pipelines', () => {
  it.each(['sales-tech', 'flights'])('%s loads', (name) => {
    const result = loadPipelineFolder(fileURLToPath(new URL(`./${name}`, import.meta.url)));
    expect(result).toMatchObject({ ok: true, loaded: { pipeline: { name } } });
  });

  it('show both kinds of windows', () => {
    const result = loadPipelineFolder(fileURLToPath(new URL('./sales-tech', import.meta.url)));
    if (!result.ok) throw new Error('the pipeline must load');
    const { windows } = result.loaded.pipeline;
    const held = Object.values(windows).map((window) => `${window.name} ${String(windowKeyHolds('user_id', window))}`);
    expect(held).toEqual(['revenue_by_category false', 'carts_by_user true']);
  });
});

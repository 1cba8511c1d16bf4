/** The pipeline folders of the examples load without a problem. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { windowKeyHolds } from '#pipeline/model/window-facts';
import { loadPipelineFolder } from '#pipeline-folder/load';

describe('the example pipelines', () => {
  test.each(['sales-tech', 'flights'])('%s loads', (name) => {
    const result = loadPipelineFolder(fileURLToPath(new URL(`./${name}`, import.meta.url)));
    expect(result).toMatchObject({ ok: true, loaded: { pipeline: { name } } });
  });

  test('show both kinds of windows', () => {
    const result = loadPipelineFolder(fileURLToPath(new URL('./sales-tech', import.meta.url)));
    if (!result.ok) throw new Error('the pipeline must load');
    const { windows } = result.loaded.pipeline;
    const held = Object.values(windows).map((window) => `${window.name} ${String(windowKeyHolds('user_id', window))}`);
    expect(held).toEqual(['revenue_by_category false', 'carts_by_user true']);
  });
});

/** The published schema file is the schema that is checked. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { pipelineSchema } from './schema.js';

describe('pipeline.schema.json', () => {
  it('is the text of the schema in schema.ts', () => {
    const published: unknown = JSON.parse(readFileSync(new URL('./pipeline.schema.json', import.meta.url), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(pipelineSchema)));
  });
});

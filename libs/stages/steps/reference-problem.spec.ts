/** A reference whose key is not one is refused before it multiplies events. */
import { describe, expect, test } from '@jest/globals';
import { readReference } from '#columns/files/reference';
import { referenceProblem } from './reference-problem.js';

const problem = (csv: string, key = 'k'): string | undefined =>
  referenceProblem(readReference(Buffer.from(csv), 'csv'), key);

describe('a reference', () => {
  test('may have any rows whose keys differ, and several without a key', () => {
    expect(problem('k,v\na,1\nb,1\n')).toBeUndefined();
    expect(problem('k,v\n,1\n,2\n1,3\n')).toBeUndefined();
    expect(problem('k,v\n')).toBeUndefined();
  });

  test('may not have two rows of one key', () => {
    expect(problem('k,v\na,1\nb,1\na,2\na,3\n')).toBe(
      'its key "k" has one value in rows 1 and 3, so a join would multiply events: keep one',
    );
  });

  test('must have its key', () => {
    expect(problem('k,v\na,1\n', 'id')).toBe('it has no column "id", which is its key; it has k, v');
  });
});

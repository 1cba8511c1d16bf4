/** Descriptions are found before first and later keys, and a value without one is an error. */
import { expect, test } from '@jest/globals';
import { chartValues } from './chart-values.js';

test('a description stands before its key; a mapping with one is a value of its own', () => {
  const text =
    '# A file.\n\n# -- First.\na: ""\nb:\n  # -- Second.\n  c: 3\n  # More about it.\n  # -- Third.\n  d: { e: [1] }\n# Not a value.\nf:\n  # -- Fourth.\n  g: null\n';
  expect(chartValues(text)).toEqual([
    { path: ['a'], type: 'string', byDefault: '""', description: 'First.' },
    { path: ['b', 'c'], type: 'int', byDefault: '3', description: 'Second.' },
    { path: ['b', 'd'], type: 'object', byDefault: '{"e":[1]}', description: 'Third.' },
    { path: ['f', 'g'], type: 'int', byDefault: 'null', description: 'Fourth.' },
  ]);
});

test('a value without a description is named', () => {
  expect(() => chartValues('# -- First.\na: 1\nb: { c: 2 }\n')).toThrow('b.c');
});

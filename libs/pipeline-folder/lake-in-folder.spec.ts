/** A relative lake of a pipeline file begins at the file. */
import { expect, test } from '@jest/globals';
import { lakeInFolder } from './lake-in-folder.js';

test.each([
  ['file:./lake', 'file:/shop/lake'],
  ['file:../lake', 'file:/lake'],
  ['file:lake', 'file:/shop/lake'],
  ['file:/data/lake', 'file:/data/lake'],
  ['file:///data/lake', 'file:///data/lake'],
  ['s3://bucket/lake', 's3://bucket/lake'],
])('%s leads to %s', (url, place) => {
  expect(lakeInFolder('/shop', url)).toBe(place);
});

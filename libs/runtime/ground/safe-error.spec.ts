/** Of an error a log tells what we wrote ourselves, and where it happened; nothing that may quote data. */
import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { conform } from '#columns/casts/conform';
import { readReference } from '#columns/files/reference';
import { runSql } from '#columns/polars/sql';
import { RequiredColumnError } from '#lake/table/write-data-files';
import { HaltError } from '#nats/ground/halt-error';
import { AppendError } from '#nats/messages/log-writer';
import { AmbiguousWriteError, StoreError } from '#store/store-errors';
import { StepError } from '../steps/step-failures.js';
import { createLogger, nestLogger } from './logger.js';
import { reasonOf, safeError } from './safe-error.js';

const secret = 'Maria da Silva';

/** What is thrown by `work`. */
function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const reference = (): unknown => readReference(Buffer.from(`[{"name":"x"},{"name":{"first":"${secret}"}}]`), 'json');
const foreign: ReadonlyArray<readonly [string, () => unknown]> = [
  ['JSON.parse', () => JSON.parse(secret) as unknown],
  ['BigInt', () => BigInt(secret)],
  ['an operator', () => 'x' in (secret as unknown as object)],
  [
    'polars',
    () =>
      runSql('SELECT CAST(name AS INTEGER) AS n FROM r', { r: readReference(Buffer.from(`name\n${secret}\n`), 'csv') }),
  ],
  ['a reference table', reference],
];

describe('an error of others', () => {
  test.each(foreign)('of %s quotes data, and none of it is told', (_, work) => {
    const error = thrownBy(work);
    const told = safeError(error);
    expect(JSON.stringify(told)).not.toContain(secret);
    expect(told).toMatchObject({ name: (error as Error).name, message: expect.stringContaining('withheld') });
    expect(told.at[0]).toMatch(/^at /);
  });

  test('quotes nothing either when it is the cause of one of ours', () => {
    const told = safeError(
      new AppendError('log: frame 1 was not acknowledged', { cause: thrownBy(() => JSON.parse(secret) as unknown) }),
    );
    expect(told).toMatchObject({ message: 'log: frame 1 was not acknowledged', cause: { name: 'SyntaxError' } });
    expect(JSON.stringify(told)).not.toContain('Maria');
  });

  test('is told by its code, where it has one', () => {
    expect(reasonOf(Object.assign(new Error(`open ${secret}`), { code: 'ENOENT' }))).toBe(
      'Error ENOENT (its message is withheld: it may quote data)',
    );
    expect(reasonOf(Object.assign(new Error('x'), { code: secret }))).not.toContain(secret);
    expect(reasonOf(secret)).not.toContain(secret);
  });
});

describe('an error of ours', () => {
  test('is told as it is', () => {
    expect(reasonOf(new HaltError('the log was rewritten'))).toBe('the log was rewritten');
    expect(reasonOf(new StepError('frame afl_1', new TypeError(secret)))).toBe(
      'the step failed on frame afl_1 (TypeError)',
    );
    expect(JSON.stringify(safeError(new StepError('frame afl_1', new TypeError(secret))))).not.toContain(secret);
  });

  test('that quotes a library is told up to the values: column, types and numbers', () => {
    const table = readReference(Buffer.from(`name\n${secret}\n`), 'csv');
    const column = [{ name: 'name', type: { kind: 'int32' }, nullable: false }] as const;
    const bySql = thrownBy(() => runSql('SELECT CAST(name AS INTEGER) AS n FROM r', { r: table }));
    expect(reasonOf(bySql)).toMatch(
      / conversion from `str` to `i32` failed in column 'name' for 1 out of 1 values \(values are withheld\)$/,
    );
    const byTable = thrownBy(() => conform(table, column));
    expect(reasonOf(byTable)).toBe('1 of 1 values of column name are string and cannot become int32 without loss');
    for (const error of [bySql, byTable]) {
      expect(new StepError('frame afl_1', error).message).toContain(reasonOf(error));
      expect(JSON.stringify(safeError(error)) + new StepError('frame afl_1', error).message).not.toContain('Maria');
    }
    expect(reasonOf(new RequiredColumnError('silver', 'region', 2))).toBe(
      '2 rows for table silver have no value in "region", which is required: make it nullable, or reject such rows earlier.',
    );
  });

  test('of the store is told without the values of partition columns', () => {
    expect(reasonOf(new StoreError(`Cannot write silver/name=${secret}/day=1/part-0.parquet in s3://b`))).toBe(
      'Cannot write silver/name=…/day=…/part-0.parquet in s3://b',
    );
    expect(reasonOf(new AmbiguousWriteError(`silver/name=${secret}/part-0.parquet`, undefined))).not.toContain(secret);
  });
});

describe('a line of a log', () => {
  test('is JSON, with the error as it may be told', () => {
    let text = '';
    const log = createLogger(
      'validate',
      'one',
      'info',
      new Writable({
        write: (chunk: Buffer, _, done) => {
          text += chunk.toString();
          done();
        },
      }),
    );
    log.debug('not written');
    log.warn({ task: 'validate.orders.0', err: thrownBy(() => JSON.parse(secret) as unknown) }, 'task starts again');
    nestLogger(log).error(secret, secret, 'ExceptionsHandler');
    const [first, second] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({
      level: 'warn',
      service: 'validate',
      instance: 'one',
      task: 'validate.orders.0',
      msg: 'task starts again',
      err: { name: 'SyntaxError' },
    });
    expect(first?.['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(second).toMatchObject({ level: 'error', context: 'ExceptionsHandler' });
    expect(text).not.toContain(secret);
  });
});

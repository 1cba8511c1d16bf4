/** Of an error a log tells what we wrote ourselves, and where it happened; nothing that may quote data. */
import { describe, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { readReference } from '#columns/reference';
import { runSql } from '#columns/sql';
import { HaltError } from '#nats/log-reader';
import { AppendError } from '#nats/log-writer';
import { AmbiguousWriteError, StoreError } from '#store/store-errors';
import { createLogger, nestLogger } from './logger.js';
import { StepError } from './step-failures.js';
import { reasonOf, tellable } from './tellable-error.js';

const secret = 'Maria da Silva';

/** What is thrown by `work`. */
function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const reference = (): unknown => readReference(Buffer.from(`name\n${'1\n'.repeat(100_001)}${secret}\n`), 'csv');
const foreign: ReadonlyArray<readonly [string, () => unknown]> = [
  ['JSON.parse', () => JSON.parse(secret) as unknown],
  ['BigInt', () => BigInt(secret)],
  ['an operator', () => 'x' in (secret as unknown as object)],
  ['polars', () => runSql('SELECT CAST(name AS INTEGER) AS n FROM r', { r: readReference(Buffer.from(`name\n${secret}\n`), 'csv') })],
  ['a reference table', reference],
];

describe('an error of others', () => {
  test.each(foreign)('of %s quotes data, and none of it is told', (_, work) => {
    const error = thrownBy(work);
    const told = tellable(error);
    expect(JSON.stringify(told)).not.toContain(secret);
    expect(told).toMatchObject({ name: (error as Error).name, message: expect.stringContaining('withheld') });
    expect(told.at[0]).toMatch(/^at /);
  });

  test('quotes nothing either when it is the cause of one of ours', () => {
    const told = tellable(new AppendError('log: frame 1 was not acknowledged', { cause: thrownBy(() => JSON.parse(secret) as unknown) }));
    expect(told).toMatchObject({ message: 'log: frame 1 was not acknowledged', cause: { name: 'SyntaxError' } });
    expect(JSON.stringify(told)).not.toContain('Maria');
  });

  test('is told by its code, where it has one', () => {
    expect(reasonOf(Object.assign(new Error(`open ${secret}`), { code: 'ENOENT' }))).toBe('Error ENOENT (its message is withheld: it may quote data)');
    expect(reasonOf(Object.assign(new Error('x'), { code: secret }))).not.toContain(secret);
    expect(reasonOf(secret)).not.toContain(secret);
  });
});

describe('an error of ours', () => {
  test('is told as it is', () => {
    expect(reasonOf(new HaltError('the log was rewritten'))).toBe('the log was rewritten');
    expect(reasonOf(new StepError('frame afl_1', new TypeError(secret)))).toBe('the step failed on frame afl_1 (TypeError)');
    expect(JSON.stringify(tellable(new StepError('frame afl_1', new TypeError(secret))))).not.toContain(secret);
  });

  test('of the store is told without the values of partition columns', () => {
    expect(reasonOf(new StoreError(`Cannot write silver/name=${secret}/day=1/part-0.parquet in s3://b`))).toBe('Cannot write silver/name=…/day=…/part-0.parquet in s3://b');
    expect(reasonOf(new AmbiguousWriteError(`silver/name=${secret}/part-0.parquet`, undefined))).not.toContain(secret);
  });
});

describe('a line of a log', () => {
  test('is JSON, with the error as it may be told', () => {
    let text = '';
    const log = createLogger('validate', 'one', 'info', new Writable({ write: (chunk: Buffer, _, done) => (text += chunk.toString(), done()) }));
    log.debug('not written');
    log.warn({ task: 'validate.orders.0', err: thrownBy(() => JSON.parse(secret) as unknown) }, 'task starts again');
    nestLogger(log).error(secret, secret, 'ExceptionsHandler');
    const [first, second] = text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ level: 'warn', service: 'validate', instance: 'one', task: 'validate.orders.0', msg: 'task starts again', err: { name: 'SyntaxError' } });
    expect(first?.['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(second).toMatchObject({ level: 'error', context: 'ExceptionsHandler' });
    expect(text).not.toContain(secret);
  });
});

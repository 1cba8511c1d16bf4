/** The text that names the servers is understood as it is written, and shown without secrets. */
import { describe, expect, test } from '@jest/globals';
import { maskServerUrls, parseServerUrls } from './server-urls.js';

describe('the servers of NATS', () => {
  test.each([
    ['nats://a:4222', { servers: ['nats://a:4222'], tls: false }],
    ['a, nats://b:1 ,c:2', { servers: ['a', 'nats://b:1', 'c:2'], tls: false }],
    ['tls://a', { servers: ['tls://a'], tls: true }],
    ['nats://ana:s3cret@a:4222', { servers: ['nats://a:4222'], user: { name: 'ana', password: 's3cret' }, tls: false }],
    ['ana:s3cret@a', { servers: ['a'], user: { name: 'ana', password: 's3cret' }, tls: false }],
    ['nats://t0ken@a', { servers: ['nats://a'], token: 't0ken', tls: false }],
    ['nats://ana:p%40ss%3A%2F@a', { servers: ['nats://a'], user: { name: 'ana', password: 'p@ss:/' }, tls: false }],
    ['nats://ana:100%@a', { servers: ['nats://a'], user: { name: 'ana', password: '100%' }, tls: false }],
    ['nats://ana:p@ss@a', { servers: ['nats://a'], user: { name: 'ana', password: 'p@ss' }, tls: false }],
    ['nats://ana:one,two@a', { servers: ['nats://a'], user: { name: 'ana', password: 'one,two' }, tls: false }],
    [
      'nats://ana:s@a,nats://eva:t@b',
      { servers: ['nats://a', 'nats://b'], user: { name: 'ana', password: 's' }, tls: false },
    ],
    ['nats://[::1]:4222', { servers: ['nats://[::1]:4222'], tls: false }],
  ])('%s', (text, expected) => {
    expect(parseServerUrls(text)).toEqual(expected);
  });

  test.each([
    ['nats://a:4222', 'nats://a:4222'],
    ['nats://ana:s3cret@a:4222', 'nats://***@a:4222'],
    ['nats://t0ken@a', 'nats://***@a'],
    ['ana:s3cret@a', '***@a'],
    ['nats://ana:s3@cret@a', 'nats://***@a'],
    ['nats://ana:one,two@a', 'nats://***@a'],
    ['nats://ana:s@a, tls://eva:t,u@b, c', 'nats://***@a,tls://***@b,c'],
  ])('%s is shown as %s', (text, shown) => {
    expect(maskServerUrls(text)).toBe(shown);
  });
});

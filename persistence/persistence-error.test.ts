import { QueryFailedError } from 'typeorm';
import { persistenceError } from './persistence-error.ts';

const reported = (code?: string) =>
  new QueryFailedError('select $1', ['secret'], Object.assign(new Error('about secret'), { code }));

test.each<[code: string | undefined, expected: string, meaning: string]>([
  ['57P03', 'unavailable', 'the server is starting'],
  ['40P01', 'unavailable', 'a deadlock'],
  ['53300', 'unavailable', 'too many connections'],
  [undefined, 'unavailable', 'a connection that broke'],
  ['ECONNREFUSED', 'unavailable', 'nobody listens'],
  ['EPIPE', 'unavailable', 'a system error of five letters'],
  ['23001', 'value_refused', 'an append-only table'],
  ['22P05', 'value_refused', 'a character that text cannot hold'],
  ['23503', 'site_unknown', 'a row without its site'],
])('SQLSTATE %s is %s: %s', (code, expected) => {
  const error = persistenceError(reported(code));
  expect(error.code).toBe(expected);
  expect(error.message).not.toContain('secret');
});

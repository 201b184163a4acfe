import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFailedAttempts } from './failed-attempts.ts';
import { loadOperators } from './load-operators.ts';
import { createOperatorDirectory, hashToken } from './operators.ts';

const token = 'a-token-of-more-than-20-letters';
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'malachor-operators-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});
const write = (name: string, text: string) => {
  writeFileSync(join(directory, name), text);
};

it('reads the admin and the operators', () => {
  write('admin-token', `${token}\n`);
  write(
    'operators.json',
    JSON.stringify([{ name: 'Ada', role: 'operator', sha256: hashToken('ada-token') }]),
  );
  const known = createOperatorDirectory(loadOperators(directory));
  expect(known.actorOf(token)).toMatchObject({ name: 'admin', role: 'admin', method: 'bearer-token' });
  expect(known.actorOf('ada-token')).toEqual({
    name: 'Ada',
    role: 'operator',
    method: 'bearer-token',
    credential: hashToken('ada-token').slice(0, 16),
  });
  expect(known.actorOf(`${token}x`)).toBeUndefined();
});

it('does without operators', () => {
  write('admin-token', token);
  expect(loadOperators(directory)).toHaveLength(1);
});

it.each([
  ['{', 'not JSON'],
  ['{}', 'not valid'],
  [`[{"name":"Ada","role":"boss","sha256":"${'a'.repeat(64)}"}]`, 'role'],
  ['[{"name":"Ada","role":"operator","sha256":"plain-secret"}]', 'sha256'],
])('refuses operators %s without repeating them', (text, reason) => {
  write('admin-token', token);
  write('operators.json', text);
  const load = () => loadOperators(directory);
  expect(load).toThrow('operators.json');
  expect(load).toThrow(reason);
  expect(load).not.toThrow('plain-secret');
});

it('refuses a missing or short admin token', () => {
  expect(() => loadOperators(directory)).toThrow('admin-token');
  write('admin-token', 'short');
  expect(() => loadOperators(directory)).toThrow('too short');
});

describe('failed attempts', () => {
  it('are counted by caller and forgotten when their window ends', () => {
    let now = 0;
    const failures = createFailedAttempts({ limit: 2, windowMs: 100, now: () => now });
    failures.add('a');
    expect(failures.waitMs('a')).toBe(0);
    now = 40;
    failures.add('a');
    expect([failures.waitMs('a'), failures.waitMs('b')]).toEqual([60, 0]);
    now = 100;
    expect(failures.waitMs('a')).toBe(0);
    failures.add('a');
    expect(failures.waitMs('a')).toBe(0);
  });

  it('forget the oldest callers when there are too many', () => {
    const failures = createFailedAttempts({ limit: 1, windowMs: 100, now: () => 0 });
    for (let caller = 0; caller <= 10_000; caller += 1) failures.add(String(caller));
    expect([failures.waitMs('0'), failures.waitMs('1'), failures.waitMs('10000')]).toEqual([0, 100, 100]);
  });
});

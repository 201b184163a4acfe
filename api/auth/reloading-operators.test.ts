import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashToken } from './operators.ts';
import { createReloadingOperators } from './reloading-operators.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'malachor-operators-'));
  writeFileSync(join(directory, 'admin-token'), 'admin-token-of-some-length\n');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const write = (text: string) => {
  writeFileSync(join(directory, 'operators.json'), text);
};
const entry = (name: string, token: string) => ({ name, role: 'operator', sha256: hashToken(token) });

test('a token counts from when it is added until it is taken away, without a restart', () => {
  const operators = createReloadingOperators(directory, () => undefined);
  expect(operators.actorOf('token-of-ann')).toBeUndefined();
  write(JSON.stringify([entry('ann', 'token-of-ann')]));
  expect(operators.actorOf('token-of-ann')).toMatchObject({ name: 'ann', role: 'operator' });
  write('[]');
  expect(operators.actorOf('token-of-ann')).toBeUndefined();
});

test('a half-edited file is told once and locks nobody out', () => {
  write(JSON.stringify([entry('ann', 'token-of-ann')]));
  const problems: unknown[] = [];
  const operators = createReloadingOperators(directory, (problem) => problems.push(problem));
  write('[{"name":');
  expect(operators.actorOf('token-of-ann')).toMatchObject({ name: 'ann' });
  expect(operators.actorOf('token-of-ann')).toMatchObject({ name: 'ann' });
  expect(problems).toHaveLength(1);
});

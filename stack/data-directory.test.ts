import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StackError } from './stack-error.ts';
import { takeDataDirectory } from './data-directory.ts';

const parent = mkdtempSync(join(tmpdir(), 'malachor-data-test-'));
afterAll(() => {
  rmSync(parent, { recursive: true });
});
const now = new Date('2026-05-01T12:00:00Z');

test('a second taker is told who has the data, since when and how to stop them', () => {
  const directory = join(parent, 'one');
  const data = takeDataDirectory(directory, now);
  const second = () => takeDataDirectory(directory, now);

  expect(second).toThrow(`process ${process.pid}, since 2026-05-01T12:00:00.000Z, has it`);
  expect(second).toThrow(StackError);
  data.release();
  takeDataDirectory(directory, now).release();
});

test('others may pass through a new data directory but not look into it', () => {
  const data = takeDataDirectory(join(parent, 'two'), now);
  expect(statSync(data.path).mode & 0o777).toBe(0o711);
  data.release();
});

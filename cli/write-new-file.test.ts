import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNewFile } from './write-new-file.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-write-'));
});
afterEach(() => rm(directory, { recursive: true }));

const text = (value: string) => new TextEncoder().encode(value);

test('a file is never replaced unless that was asked for, and no draft stays', async () => {
  const file = join(directory, 'evidence.zip');
  expect(await writeNewFile(file, text('first'), { mayReplace: false })).toBe(true);
  expect(await writeNewFile(file, text('second'), { mayReplace: false })).toBe(false);
  expect(await readFile(file, 'utf8')).toBe('first');
  expect(await writeNewFile(file, text('third'), { mayReplace: true })).toBe(true);
  expect(await readFile(file, 'utf8')).toBe('third');
  expect(await readdir(directory)).toEqual(['evidence.zip']);
});

test('a directory that is missing is an error, not a false success', async () => {
  await expect(
    writeNewFile(join(directory, 'no', 'file'), text('x'), { mayReplace: false }),
  ).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file whose bytes fail half-way is not there, and neither is its draft', async () => {
  async function* failing() {
    yield text('half');
    throw new Error('the source is gone');
  }
  const file = join(directory, 'evidence.zip');
  await expect(writeNewFile(file, failing(), { mayReplace: true })).rejects.toThrow('the source is gone');
  expect(await readdir(directory)).toEqual([]);
});

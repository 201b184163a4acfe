import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory, cached, dataDirectory } from './cache.ts';

const cache = mkdtempSync(join(tmpdir(), 'malachor-cache-test-'));
afterAll(() => {
  rmSync(cache, { recursive: true });
});
const silent = () => undefined;

test('the cache lies where the setting says, else where the user’s rank puts it', () => {
  expect(cacheDirectory({ env: { MALACHOR_CACHE: '/c' }, uid: 0, home: '/root' })).toBe('/c');
  expect(cacheDirectory({ env: {}, uid: 0, home: '/root' })).toBe('/var/cache/malachor');
  expect(cacheDirectory({ env: { XDG_CACHE_HOME: '/x' }, uid: 7, home: '/home/a' })).toBe('/x/malachor');
  expect(cacheDirectory({ env: {}, uid: 7, home: '/home/a' })).toBe('/home/a/.cache/malachor');
  expect(dataDirectory({ env: {}, uid: 0, home: '/root' })).toBe('/var/lib/malachor');
  expect(dataDirectory({ env: {}, uid: 7, home: '/home/a' })).toBe('/home/a/.local/share/malachor');
});

test('what was made once is not made again', async () => {
  const build = jest.fn(async (directory: string) => {
    writeFileSync(join(directory, 'part'), 'whole');
  });
  const first = await cached(cache, 'part-1', silent, build);
  const second = await cached(cache, 'part-1', silent, build);

  expect(second).toBe(first);
  expect(readFileSync(join(first, 'part'), 'utf8')).toBe('whole');
  expect(build).toHaveBeenCalledTimes(1);
});

test('what a killed build left is removed by the next', async () => {
  mkdirSync(join(cache, 'part-3.building-killed'));
  await cached(cache, 'part-3', silent, () => Promise.resolve());
  expect(readdirSync(cache).filter((name) => name.startsWith('part-3.building'))).toEqual([]);
});

test('a build that fails leaves nothing, and the next one starts afresh', async () => {
  const failing = cached(cache, 'part-2', silent, async (directory) => {
    writeFileSync(join(directory, 'part'), 'half');
    throw new Error('no disk');
  });
  await expect(failing).rejects.toThrow('no disk');
  expect(existsSync(join(cache, 'part-2'))).toBe(false);
  expect(readdirSync(cache).filter((name) => name.includes('building'))).toEqual([]);

  const directory = await cached(cache, 'part-2', silent, async (building) => {
    writeFileSync(join(building, 'part'), 'whole');
  });
  expect(readFileSync(join(directory, 'part'), 'utf8')).toBe('whole');
});

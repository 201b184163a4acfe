import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCatalogSource } from './catalog-source.ts';
import { buildRunbook, catalogOf } from './orders/order-builder.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'malachor-catalogue-'));
  mkdirSync(join(directory, 'checks'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test('is read once until a file is added, changed or removed', async () => {
  let readings = 0;
  const read = () => {
    readings += 1;
    return Promise.resolve(catalogOf(buildRunbook()));
  };
  const source = createCatalogSource(directory, read, 0);
  const file = join(directory, 'checks', 'a.yaml');
  const seen = [];
  for (const change of [
    () => undefined,
    () => undefined,
    () => {
      writeFileSync(file, 'a');
    },
    () => {
      writeFileSync(file, 'ab');
    },
    () => {
      rmSync(file);
    },
  ]) {
    change();
    await Promise.all([source(), source()]);
    seen.push(readings);
  }
  expect(seen).toEqual([1, 1, 2, 3, 4]);
});

test('one look at the files serves for a while', async () => {
  let readings = 0;
  const read = () => {
    readings += 1;
    return Promise.resolve(catalogOf(buildRunbook()));
  };
  const source = createCatalogSource(directory, read, 3_600_000);
  await source();
  writeFileSync(join(directory, 'checks', 'a.yaml'), 'a');
  await source();
  expect(readings).toBe(1);
});

test('a failed reading is tried again', async () => {
  const answers = [Promise.reject(new Error('disk')), Promise.resolve(catalogOf(buildRunbook()))];
  const source = createCatalogSource(directory, () => answers.shift()!);
  await expect(source()).rejects.toThrow('disk');
  expect((await source()).runbooks.size).toBe(1);
});

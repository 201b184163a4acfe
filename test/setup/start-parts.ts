import { mkdtempSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../../stack/cache.ts';
import { createInstance } from '../../stack/lab/nspawn-lab.ts';

export default async function startParts(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'malachor-test-'));
  await chmod(data, 0o711);
  process.env['MALACHOR_TEST_DATA'] = data;
  const cache = cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() });
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const lab = await createInstance({
    dataDirectory: data,
    cacheDirectory: cache,
    recipeDirectory: join(process.cwd(), 'stack', 'lab'),
    log,
  });
  process.env['MALACHOR_TEST_LAB'] = JSON.stringify(lab);
}

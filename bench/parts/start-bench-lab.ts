import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCacheDirectory, projectDirectory } from '../../cli/project.ts';
import type { Lab } from '../../stack/lab/lab.ts';
import { startNspawnLab } from '../../stack/lab/nspawn-lab.ts';
import type { BenchContext } from '../bench-context.ts';

/** Lab hosts without the rest of the system. Needs root on Linux. */
export async function startBenchLab({ say, keep }: BenchContext, count: number): Promise<Lab> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'malachor-bench-lab-'));
  keep(() => {
    rmSync(dataDirectory, { recursive: true, force: true });
  });
  const lab = await startNspawnLab({
    count,
    dataDirectory,
    cacheDirectory: defaultCacheDirectory(),
    recipeDirectory: join(projectDirectory, 'stack/lab'),
    log: say,
  });
  keep(() => lab.stop());
  return lab;
}

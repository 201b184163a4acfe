import { labInstanceSchema } from '../../stack/lab/instance.ts';
import type { Lab } from '../../stack/lab/lab.ts';
import { openInstance } from '../../stack/lab/nspawn-lab.ts';

/**
 * The lab that the `real` project's set-up made, without hosts: a test file boots its own with `addHost` (about a second
 * each), plants drift with `run`, and removes them in `afterAll` with `stop`. A host with `kernel: 'own'` takes some seconds,
 * and minutes where the machine it is resumed from has to be made first: such a file sets a time limit of ten minutes.
 *
 * @example
 * const lab = testLab();
 * let host: LabHost;
 * beforeAll(async () => { host = await lab.addHost(); });
 * afterAll(() => lab.stop());
 */
export function testLab(): Lab {
  const instance = process.env['MALACHOR_TEST_LAB'];
  if (!instance)
    throw new Error(
      'There is no lab for tests. Run this file in the Jest project `real`, as root on Linux: npx jest --selectProjects real FILE',
    );
  return openInstance(labInstanceSchema.parse(JSON.parse(instance)), 'guest', () => undefined);
}

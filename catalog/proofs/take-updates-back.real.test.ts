import { join } from 'node:path';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { testLab } from '../../test/setup/lab.ts';
import { readCatalog } from '../read-catalog.ts';

/** The rollback of RB-LIN-PATCH-001 takes an update back where the version before can be had, and says where it cannot. */
jest.setTimeout(120_000);
const id = 'RB-LIN-PATCH-001';
const lab = testLab();
let catalog: Catalog;
let host: LabHost;

beforeAll(async () => {
  catalog = await readCatalog(join(process.cwd(), 'catalog'));
  host = await lab.addHost();
  await lab.run(host.id, catalog.drills.get(id)![0]!.plant);
});
afterAll(() => lab.stop());

async function run(step: 'capture' | 'remediate' | 'rollback', input = '') {
  const script = `export P_LOCK_WAIT_SECONDS=60\n${catalog.runbooks.get(id)!.definition[step]!}`;
  return lab.run(host.id, script, { input, allowFailure: true, timeoutMs: 60_000 });
}
const version = async () => (await lab.run(host.id, "dpkg-query -W -f '${Version}' practice-viewer")).stdout;

const archive = '/srv/practice-archive';
/** Takes the older version out of the archive. */
const forget = `cd ${archive}/dists/bookworm-security
  packages=$(echo main/binary-*/Packages | tr ' ' '\\n' | grep -v all)
  awk 'BEGIN { RS = ""; ORS = "\\n\\n" } !/Version: 1.0/' $packages >/root/packages; mv /root/packages $packages
  sed -i '/^SHA256/,$d' Release
  printf 'SHA256:\\n %s %s %s\\n' $(sha256sum <$packages | cut -d ' ' -f 1) $(stat -c %s $packages) $packages >>Release
  apt-get -qq update; apt-get clean`;

test('an update is taken back from the archive, from the cache, or said to stay', async () => {
  const captured = (await run('capture')).stdout;
  expect(await run('remediate')).toMatchObject({ exitCode: 0 });
  expect(await version()).toBe('1.1');

  expect(await run('rollback', captured)).toMatchObject({ exitCode: 0 });
  expect(await version()).toBe('1.0');

  await run('remediate');
  await lab.run(host.id, forget);
  const stays = await run('rollback', captured);
  expect(stays).toMatchObject({ exitCode: 1 });
  expect(stays.stderr).toContain('practice-viewer stays at 1.1: nothing has 1.0 any more');
  expect(await version()).toBe('1.1');

  await lab.run(host.id, `cp ${archive}/pool/practice-viewer_1.0_all.deb /var/cache/apt/archives/`);
  expect(await run('rollback', captured)).toMatchObject({ exitCode: 0 });
  expect(await version()).toBe('1.0');
});

import { connect } from 'node:net';
import { join } from 'node:path';
import type { LabHost } from '../../stack/lab/lab.ts';
import { openDrillSite } from '../../drills/drill-site.ts';
import { resolveParameters } from '../../domain/catalog/parameters.ts';
import { testLab } from '../../test/setup/lab.ts';
import { readCatalog } from '../read-catalog.ts';

jest.setTimeout(120_000);
const lab = testLab();
let host: LabHost;
beforeAll(async () => {
  host = await lab.addHost();
});
afterAll(() => lab.stop());

test('a default-deny firewall keeps open what is served when it comes, and drops the rest', async () => {
  const serve = (port: number) =>
    lab.run(
      host.id,
      `systemd-run -q --unit=served-${port} /usr/sbin/sshd -D -p ${port} -o PidFile=none
      i=0; until ss -Hlnt | grep -q :${port}; do [ $i -lt 100 ]; sleep 0.1; i=$((i+1)); done`,
    );
  await lab.run(host.id, 'nft flush ruleset; rm /etc/nftables.conf');
  await serve(4444);
  const catalog = await readCatalog(join(process.cwd(), 'catalog'));
  const runbook = catalog.runbooks.get('RB-LIN-FW-001')!;
  const resolved = resolveParameters(runbook.definition);
  if (!resolved.ok) throw new Error('the defaults are not valid');
  const site = openDrillSite(host, catalog);
  expect(await site.order(runbook, resolved.values, 'execute')).toMatchObject({ result: 'completed' });
  await site.close();
  await serve(4445);
  expect(await isOpen(host.address, 4444)).toBe(true);
  expect(await isOpen(host.address, 4445)).toBe(false);
});

function isOpen(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 2_000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => {
      end(true);
    });
    socket.once('timeout', () => {
      end(false);
    });
    socket.once('error', () => {
      end(false);
    });
  });
}

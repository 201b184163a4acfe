import { testLab } from '../test/setup/lab.ts';
import { fetchHostKey } from './enrol-host.ts';

const lab = testLab();
afterAll(() => lab.stop());

test('reads the key a host shows without logging in', async () => {
  const host = await lab.addHost();
  const seen = await fetchHostKey({ address: host.address, port: host.port });
  expect(seen).toEqual({ fingerprint: host.hostKey, type: 'ssh-ed25519' });
  const log = await lab.run(host.id, 'journalctl -u ssh -o cat');
  expect(log.stdout).not.toContain('nobody');
}, 60_000);

test('an address without SSH shows no key', async () => {
  await expect(fetchHostKey({ address: '127.0.0.1', port: 1 })).rejects.toThrow(/shows no SSH host key/);
});

import { testLab } from '../../test/setup/lab.ts';
import type { LabHost, Reboot } from './lab.ts';

jest.setTimeout(900_000);
const lab = testLab();
afterAll(() => lab.stop());

const bootOf = async ({ id }: LabHost) => (await lab.run(id, 'cat /proc/sys/kernel/random/boot_id')).stdout;

const setting = 'net.ipv4.conf.all.send_redirects';

/** Leaves something wherever a host keeps state, reboots it, and says what is left. */
async function rebootAndLook(host: LabHost, how: Reboot) {
  const run = async (script: string) => (await lab.run(host.id, script)).stdout;
  const before = await run(`sysctl -n ${setting}`);
  await run(
    `echo kept > /etc/kept; sync; echo gone > /run/gone; nft add table inet leftover
     sysctl -qw ${setting}=$((1 - $(sysctl -n ${setting})))`,
  );
  expect(await run(`sysctl -n ${setting}`)).not.toBe(before);
  const boot = await bootOf(host);
  await lab.reboot(host.id, how);

  expect(await bootOf(host)).not.toBe(boot);
  expect(await run(`sysctl -n ${setting}`)).toBe(before);
  expect(
    await run(
      `cat /etc/kept; ls /run/gone 2>&1 | grep -o 'No such file'; nft list tables; hostname
       chronyc -n tracking | grep -o '^Leap status *: Normal' | tr -d ' '`,
    ),
  ).toBe(`kept\nNo such file\ntable inet filter\n${host.id}\nLeapstatus:Normal\n`);
  expect(await run('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key')).toContain(host.hostKey);
}

test.each(['orderly', 'cut'] as const)(
  'a container that is rebooted (%s) keeps its disk and its key, and no other state',
  async (how) => {
    await rebootAndLook(await lab.addHost(), how);
  },
);

test('a host with its own kernel that is rebooted, orderly and by a power cut, keeps its disk, key and name, and no other state', async () => {
  const host = await lab.addHost({ kernel: 'own' });
  await rebootAndLook(host, 'orderly');
  await rebootAndLook(host, 'cut');
});

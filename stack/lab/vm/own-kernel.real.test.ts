import { setTimeout as sleep } from 'node:timers/promises';
import { testLab } from '../../../test/setup/lab.ts';
import { runCommand } from '../../run-command.ts';
import type { LabHost } from '../lab.ts';
import { fingerprint } from '../ssh-identity.ts';

jest.setTimeout(900_000);
const lab = testLab();
let host: LabHost;
beforeAll(async () => {
  host = await lab.addHost({ kernel: 'own' });
});
afterAll(() => lab.stop());

const linesOf = async (script: string) => (await lab.run(host.id, script)).stdout.trim().split('\n');

test('has a kernel of its own, and every service of the baseline runs', async () => {
  const [release, ...facts] = await linesOf(
    `uname -r
     systemctl is-system-running
     nft list chain inet filter input | grep -o 'policy drop'
     systemctl is-active auditd
     auditctl -s | grep '^enabled'
     cat /sys/module/apparmor/parameters/enabled`,
  );
  expect(release).not.toBe((await runCommand('uname', ['-r'])).stdout.trim());
  expect(facts).toEqual(['running', 'policy drop', 'active', 'enabled 1', 'Y']);
});

test('is logged in to with the lab’s key, has passwordless sudo, and shows the key that was made for it', async () => {
  const keys = await runCommand('ssh-keyscan', ['-t', 'ed25519', host.address]);
  expect(fingerprint(keys.stdout.trim().split(' ').slice(1).join(' '))).toBe(host.hostKey);
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes'].flatMap(
    (option) => ['-o', option],
  );
  const login = [
    ...options,
    '-i',
    host.identityFile,
    `${host.user}@${host.address}`,
    'sudo -n id -u; hostname',
  ];
  expect((await runCommand('ssh', login)).stdout).toBe(`0\n${host.id}\n`);
});

test('a resumed clock is right, and kept by the lab’s time source', async () => {
  const before = Date.now();
  const [now] = await linesOf('date +%s%3N');
  const after = Date.now();
  expect(Number(now)).toBeGreaterThan(before - 1_000);
  expect(Number(now)).toBeLessThan(after + 1_000);

  const tracking = await linesOf('chronyc -n tracking');
  expect(tracking.join('\n')).toMatch(/Leap status +: Normal/);
  expect(tracking.join('\n')).toMatch(/Stratum +: 9/);
  expect(
    await linesOf('timedatectl show -p NTPSynchronized; find /var/lib/systemd/timers -mmin +60'),
  ).toEqual(['NTPSynchronized=yes']);
});

test('the kernel’s audit rules give events', async () => {
  // No rule of the baseline watches it: an event bears the key of the first rule that matches.
  await lab.run(host.id, 'touch /srv/watched && auditctl -w /srv/watched -p wa -k lab-watch');
  await lab.run(host.id, 'chmod 640 /srv/watched');
  const search = 'ausearch --input-logs --raw -k lab-watch | grep -c "type=PATH.*name=\\"/srv/watched\\""';
  const deadline = performance.now() + 20_000;
  let found = '0';
  while (found === '0' && performance.now() < deadline) {
    found = (await lab.run(host.id, search, { allowFailure: true })).stdout.trim();
    await sleep(100);
  }
  expect(Number(found)).toBeGreaterThan(0);
});

test('an AppArmor profile is enforced', async () => {
  const profile =
    '/usr/local/bin/lab-cat { /usr/local/bin/lab-cat mr, /etc/hostname r, /** m, /lib/** r, /usr/lib/** r, /etc/ld.so.cache r, }\n';
  await lab.run(host.id, 'cp /bin/cat /usr/local/bin/lab-cat');
  expect((await lab.run(host.id, '/usr/local/bin/lab-cat /etc/passwd')).stdout).toContain('root:x:0');
  await lab.run(host.id, 'apparmor_parser --replace', { input: profile });

  expect((await lab.run(host.id, '/usr/local/bin/lab-cat /etc/hostname')).stdout).toBe(`${host.id}\n`);
  const refused = await lab.run(host.id, '/usr/local/bin/lab-cat /etc/passwd', { allowFailure: true });
  expect(refused.stderr).toContain('Permission denied');
  expect(refused.stdout).toBe('');
});

test('a LUKS container is made, opened, and seen as such', async () => {
  const cheap = '--pbkdf pbkdf2 --pbkdf-force-iterations 1000';
  const opened = await lab.run(
    host.id,
    `set -e
     truncate -s 32M /var/container.img
     printf passphrase | cryptsetup luksFormat -q ${cheap} /var/container.img -
     printf passphrase | cryptsetup open /var/container.img lab-container -
     lsblk --noheadings --list --output NAME,TYPE | grep lab-container
     cryptsetup status lab-container | grep -o 'type: *LUKS2'
     cryptsetup close lab-container`,
  );
  expect(opened.stdout.replace(/ +/g, ' ')).toBe('lab-container crypt\ntype: LUKS2\n');
});

test('kernel settings are its own', async () => {
  await lab.run(host.id, 'sysctl -qw kernel.kptr_restrict=2 kernel.panic=7');
  expect(await linesOf('sysctl -n kernel.kptr_restrict kernel.panic')).toEqual(['2', '7']);
  expect((await runCommand('sysctl', ['-n', 'kernel.panic'])).stdout.trim()).not.toBe('7');
});

test('scripts run as root with no SSH server and a firewall that lets nothing in', async () => {
  await lab.run(host.id, 'systemctl stop ssh && nft flush chain inet filter input');
  try {
    expect(await linesOf('id -u; systemctl is-active ssh || true')).toEqual(['0', 'inactive']);
  } finally {
    await lab.run(host.id, 'systemctl start ssh && systemctl restart nftables');
  }
});

test('scripts get their input, their exit status is told, they do not wait for each other, and their time is limited', async () => {
  const input = 'ä'.repeat(300_000);
  expect((await lab.run(host.id, 'wc -c', { input })).stdout.trim()).toBe('600000');
  expect(await lab.run(host.id, 'echo out; echo err >&2; exit 7', { allowFailure: true })).toEqual({
    exitCode: 7,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  await expect(lab.run(host.id, 'exit 7')).rejects.toThrow('exit status 7');
  const waits = lab.run(host.id, 'until test -e /run/lab-goes-on; do sleep 0.1; done; rm /run/lab-goes-on');
  await lab.run(host.id, 'touch /run/lab-goes-on');
  await waits;
  await expect(lab.run(host.id, 'sleep 60', { timeoutMs: 1_000 })).rejects.toThrow('took longer than 1 s');
});

import { readdirSync } from 'node:fs';
import { runCommand } from '../run-command.ts';
import { testLab } from '../../test/setup/lab.ts';
import { fingerprint } from './ssh-identity.ts';

jest.setTimeout(60_000);
const lab = testLab();
afterAll(() => lab.stop());

test('boots two hosts at once that differ in address and host key', async () => {
  const [first, second] = await Promise.all([lab.addHost(), lab.addHost()]);

  expect(first.address).not.toBe(second.address);
  expect(first.hostKey).not.toBe(second.hostKey);
  expect(lab.hosts.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
});

test('a host is logged in to with the lab’s key, has passwordless sudo, and shows the key that was read from its disk', async () => {
  const host = await lab.addHost();
  const keys = await runCommand('ssh-keyscan', ['-t', 'ed25519', host.address]);
  expect(fingerprint(keys.stdout.trim().split(' ').slice(1).join(' '))).toBe(host.hostKey);

  const options = [
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'BatchMode=yes',
  ];
  const login = [
    ...options,
    '-i',
    host.identityFile,
    `${host.user}@${host.address}`,
    'sudo -n id -u; hostname',
  ];
  expect((await runCommand('ssh', login)).stdout).toBe(`0\n${host.id}\n`);
});

test('a fresh host is compliant: every service of the baseline runs and its time is synchronised', async () => {
  const host = await lab.addHost();
  const facts = await lab.run(
    host.id,
    `systemctl is-system-running
     chronyc -n tracking | grep '^Leap'
     nft list chain inet filter input | grep -o 'policy drop'
     sshd -T | grep '^permitrootlogin'
     awk -F: '$3 == 0' /etc/passwd | wc -l
     systemctl is-active auditd`,
  );
  expect(facts.stdout.split('\n').map((line) => line.replace(/\s+/g, ' '))).toEqual([
    'running',
    'Leap status : Normal',
    'policy drop',
    'permitrootlogin no',
    '1',
    'active',
    '',
  ]);
});

test('what is changed on one host does not show on the next', async () => {
  const first = await lab.addHost();
  await lab.run(first.id, 'useradd -o -u 0 -M toor');
  const second = await lab.addHost();

  expect((await lab.run(first.id, 'grep -c ^toor: /etc/passwd')).stdout).toBe('1\n');
  expect((await lab.run(second.id, 'grep -c ^toor: /etc/passwd', { allowFailure: true })).stdout).toBe('0\n');
});

test('a host’s disk has the size asked for, so that it can be filled', async () => {
  const host = await lab.addHost({ diskMegabytes: 48 });
  const filled = await lab.run(host.id, 'dd if=/dev/zero of=/var/full bs=1M count=100', {
    allowFailure: true,
  });
  expect(filled.stderr).toContain('No space left on device');
});

test('nothing of a removed host is left', async () => {
  // Only what bears this lab's names: other labs may come and go meanwhile.
  const ours = /\bml(?:ab)?\d+-[\w./-]*|\/mlab\d+\/[\w./-]+/g;
  const traces = async () => {
    const seen = [
      (await runCommand('ip', ['-o', 'netns'])).stdout,
      (await runCommand('ip', ['-o', 'link'])).stdout,
      (await runCommand('findmnt', ['-rno', 'TARGET'])).stdout,
      readdirSync('/run/systemd/nspawn/propagate').join('\n'),
    ];
    return seen.map((list) => [...list.matchAll(ours)].map(([name]) => name).sort());
  };
  await lab.addHost();
  const before = await traces();
  const host = await lab.addHost({ id: 'short-lived' });
  expect(await traces()).not.toEqual(before);
  await lab.removeHost(host.id);

  expect(await traces()).toEqual(before);
  await expect(lab.run(host.id, 'true')).rejects.toThrow('no host short-lived');
});

import { readFileSync, readdirSync } from 'node:fs';
import { testLab } from '../../../test/setup/lab.ts';
import { runCommand } from '../../run-command.ts';

jest.setTimeout(900_000);
const lab = testLab();
afterAll(() => lab.stop());

/** Whatever bears the names of labs: namespaces, interfaces, mounts, control groups, processes. */
async function traces(name: string): Promise<string[]> {
  const seen = [
    (await runCommand('ip', ['-o', 'netns'])).stdout,
    (await runCommand('ip', ['-o', 'link'])).stdout,
    (await runCommand('findmnt', ['-rno', 'TARGET'])).stdout,
    readdirSync('/sys/fs/cgroup/systemd').join('\n'),
    commandLines().join('\n'),
  ];
  return seen.flatMap((list) => list.split('\n').filter((line) => line.includes(name)));
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    });
}

test('two hosts side by side differ in all that is a host’s own, reach each other and the containers, and leave nothing', async () => {
  const [first, second, container] = await Promise.all([
    lab.addHost({ kernel: 'own', id: 'own-a' }),
    lab.addHost({ kernel: 'own', id: 'own-b' }),
    lab.addHost(),
  ]);
  const own =
    'hostname; cat /etc/machine-id; cat /sys/class/net/eth0/address; ip -4 -br address show eth0; od -An -N16 -tx1 /dev/urandom; cat /etc/ssh/ssh_host_ed25519_key.pub';
  const facts = await Promise.all(
    [first, second].map(async ({ id }) => (await lab.run(id, own)).stdout.split('\n')),
  );
  expect(facts[0]).toHaveLength(7);
  for (const [index, fact] of facts[0]?.slice(0, 6).entries() ?? []) expect(facts[1]?.[index]).not.toBe(fact);
  expect(first.hostKey).not.toBe(second.hostKey);

  const greeting = (address: string) => `timeout 10 bash -c 'head -c4 < /dev/tcp/${address}/22'`;
  expect((await lab.run(first.id, greeting(second.address))).stdout).toBe('SSH-');
  expect((await lab.run(container.id, greeting(first.address))).stdout).toBe('SSH-');

  await lab.run(first.id, 'useradd -o -u 0 -M toor');
  expect((await lab.run(second.id, 'grep -c ^toor: /etc/passwd', { allowFailure: true })).stdout).toBe('0\n');

  const [, network = '', number = ''] = /^10\.231\.(\d+)\.(\d+)$/.exec(first.address) ?? [];
  const host = Number(number) - 10;
  const names = [`mlab${network}-h${host}`, `ml${network}-${host}`, `/mlab${network}/${host}`];
  const before = await Promise.all(names.map(traces));
  expect(before.every((found) => found.length > 0)).toBe(true);
  await lab.removeHost(first.id);
  const whole = (name: string) => new RegExp(`${name}(?!\\d)`);
  for (const name of names) expect((await traces(name)).filter((line) => whole(name).test(line))).toEqual([]);
  await expect(lab.run(first.id, 'true')).rejects.toThrow('no host own-a');
});

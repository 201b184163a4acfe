import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SshTransport } from '../../appliance/transports/ssh/ssh-transport.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { testLab } from '../../test/setup/lab.ts';
import { readCatalog } from '../read-catalog.ts';

/** RB-LIN-SSH-002 on hosts where passwords are the appliance's own way in: it says so and changes nothing. */
jest.setTimeout(120_000);
const lab = testLab();
let host: LabHost;
let directory: string;
let transport: SshTransport;
let remediate: string;

const environment = { P_ONLY: '', P_CUT_OFF_PASSWORDS: 'true' };
const settings = 'cat /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*';

beforeAll(async () => {
  const catalog = await readCatalog(join(process.cwd(), 'catalog'));
  remediate = catalog.runbooks.get('RB-LIN-SSH-002')!.definition.remediate!;
  host = await lab.addHost();
  await lab.run(
    host.id,
    `useradd -m -G staff -s /bin/bash clerk
     echo 'clerk:right horse' | chpasswd
     echo 'clerk ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/clerk
     printf 'Match User clerk\\n  PasswordAuthentication yes\\n' >/etc/ssh/sshd_config.d/05-clerk.conf
     systemctl reload ssh`,
  );
  directory = await mkdtemp(join(tmpdir(), 'way-in-'));
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, 'right horse', { mode: 0o600 });
  const { id, address, port, hostKey } = host;
  const config = { id, address, port, user: 'clerk', passwordFile, hostKey, baseline: 'linux-server' };
  transport = new SshTransport({ hosts: [config] });
});
afterAll(async () => {
  await transport.close();
  await lab.stop();
  await rm(directory, { recursive: true });
});

test('an appliance that logs in with a password keeps it, though its account has a key, too', async () => {
  await lab.run(host.id, 'install -d -m 700 -o clerk /home/clerk/.ssh');
  await lab.run(host.id, 'install -m 600 -o clerk /home/healer/.ssh/authorized_keys /home/clerk/.ssh/');
  const before = await lab.run(host.id, settings);
  const limits = { sudo: true, timeoutMs: 30_000, keepBytes: 65_536, survivesCut: false };
  const result = await transport.run({ host: host.id, script: remediate, environment, ...limits });
  expect(result.stderr.head.toString()).toBe(
    'the appliance logs in as clerk with a password here; give it a key first\n',
  );
  expect(result.exitCode).toBe(3);
  expect((await lab.run(host.id, settings)).stdout).toBe(before.stdout);
});

test('an appliance whose account has no authorized key keeps its password', async () => {
  const script = `rm -f /home/clerk/.ssh/authorized_keys
    export SUDO_USER=clerk P_ONLY='' P_CUT_OFF_PASSWORDS=true
    ${remediate}`;
  const before = await lab.run(host.id, settings);
  const result = await lab.run(host.id, script, { allowFailure: true });
  expect(result.stderr).toContain('the account clerk, by which the appliance logs in, has no authorized key');
  expect(result.exitCode).toBe(3);
  expect((await lab.run(host.id, settings)).stdout).toBe(before.stdout);
});

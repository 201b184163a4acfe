import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { LabHost } from '../../../stack/lab/lab.ts';
import { testLab } from '../../../test/setup/lab.ts';
import type { SshHostConfig } from '../../config.ts';
import { describeBatches } from '../batch-contract.ts';
import { describeTransport, failureOf, requestOf } from '../transport-contract.ts';
import { SshTransport } from './ssh-transport.ts';

const lab = testLab();
let machine: LabHost;
let directory: string;
const open: SshTransport[] = [];

beforeAll(async () => {
  [machine, directory] = await Promise.all([lab.addHost(), mkdtemp(join(tmpdir(), 'malachor-ssh-'))]);
}, 60_000);
afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
});
afterAll(async () => {
  await shared?.close();
  await Promise.all([lab.stop(), rm(directory, { recursive: true, force: true })]);
});

function hostConfig(over: Partial<SshHostConfig> = {}): SshHostConfig {
  const { address, port, user, identityFile, hostKey } = machine;
  return { id: 'srv-1', address, port, user, baseline: 'linux', identityFile, hostKey, ...over };
}

function transportTo(host: SshHostConfig, connectTimeoutMs = 10_000): SshTransport {
  const transport = new SshTransport({ hosts: [host], connectTimeoutMs });
  open.push(transport);
  return transport;
}

/** Waits on the host for the file, ten seconds at most. */
function untilFile(file: string): string {
  return `i=0; until [ -e ${file} ] || [ $i -gt 500 ]; do sleep 0.02; i=$((i+1)); done`;
}

async function passwordHost(password: string, file: string): Promise<SshHostConfig> {
  const passwordFile = join(directory, file);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  const host: SshHostConfig = { ...hostConfig({ user: 'clerk' }), passwordFile };
  delete host.identityFile;
  return host;
}

let shared: SshTransport | undefined;
const subject = () => {
  shared ??= new SshTransport({ hosts: [hostConfig()] });
  return { transport: shared, host: 'srv-1' };
};
describeTransport('ssh', subject);
describeBatches('ssh', subject);

test('runs as the account without sudo and as root with it', async () => {
  const transport = transportTo(hostConfig());
  const account = await transport.run(requestOf('srv-1', 'id -un'));
  const root = await transport.run(requestOf('srv-1', 'id -un', { sudo: true }));
  expect([account, root].map(({ stdout }) => stdout.head.toString())).toEqual(['healer\n', 'root\n']);
});

test('shares one connection and opens another when it has gone', async () => {
  const transport = transportTo(hostConfig());
  const [first, second] = await Promise.all([1, 2].map(() => transport.run(requestOf('srv-1', ':'))));
  expect(second!.connection).toBe(first!.connection);
  const cut = failureOf(transport.run(requestOf('srv-1', 'touch /tmp/begun; sleep 5')));
  await lab.run(machine.id, `${untilFile('/tmp/begun')}; pkill -9 -u healer sshd`);
  expect(await cut).toMatchObject({ code: 'connection_lost', mayHaveStarted: true });
  const third = await transport.run(requestOf('srv-1', ':'));
  expect(third.connection).not.toBe(first!.connection);
});

test('an address that nobody answers at is host_unreachable', async () => {
  const nobody = hostConfig({ address: machine.address.replace(/\d+$/, '250') });
  const error = await failureOf(transportTo(nobody, 4_000).run(requestOf('srv-1', ':')));
  expect(error).toMatchObject({ code: 'host_unreachable', mayHaveStarted: false });
  expect(error.nextStep).toMatch(/address and SSH port/);
});

test('a port behind a firewall is host_unreachable', async () => {
  const error = await failureOf(transportTo(hostConfig({ port: 2 }), 1_000).run(requestOf('srv-1', ':')));
  expect(error).toMatchObject({ code: 'host_unreachable', mayHaveStarted: false });
});

describe('with a password', () => {
  beforeAll(async () => {
    await lab.run(
      machine.id,
      `useradd -m -G staff -s /bin/bash clerk; echo 'clerk:right horse' | chpasswd
       printf 'Match User clerk\\n  PasswordAuthentication yes\\n' > /etc/ssh/sshd_config.d/05-clerk.conf
       systemctl restart ssh; until ss -tlnH | grep -q ':22 '; do sleep 0.02; done`,
    );
  });

  test('logs in where it is right', async () => {
    const host = await passwordHost('right horse', 'right');
    expect((await transportTo(host).run(requestOf('srv-1', 'id -un'))).stdout.head.toString()).toBe(
      'clerk\n',
    );
  });

  test('a wrong one is authentication_failed, and is tried once', async () => {
    const host = await passwordHost('wrong horse', 'wrong');
    const error = await failureOf(transportTo(host).run(requestOf('srv-1', ':')));
    expect(error).toMatchObject({ code: 'authentication_failed', mayHaveStarted: false });
    expect(`${error.message}${error.nextStep}`).not.toContain('wrong horse');
    const log = await lab.run(machine.id, 'journalctl -u ssh -o cat | grep -c "Failed .* for clerk"');
    expect(log.stdout.trim()).toBe('1');
  });

  test('a file that others can read is not used', async () => {
    const host = await passwordHost('right horse', 'open');
    await chmod(host.passwordFile!, 0o644);
    const error = await failureOf(transportTo(host).run(requestOf('srv-1', ':')));
    expect(error.code).toBe('authentication_failed');
    expect(error.message).toMatch(/chmod 600/);
  });

  test('sudo that asks for a password is sudo_refused, and nothing ran', async () => {
    const host = await passwordHost('right horse', 'right');
    const error = await failureOf(
      transportTo(host).run(requestOf('srv-1', 'touch /tmp/ran', { sudo: true })),
    );
    expect(error).toMatchObject({ code: 'sudo_refused', mayHaveStarted: false });
    expect((await lab.run(machine.id, 'ls /tmp')).stdout).not.toContain('ran');
  });

  test('an account without a shell is authentication_failed, and nothing ran', async () => {
    await lab.run(machine.id, 'usermod -s /usr/sbin/nologin clerk');
    const error = await failureOf(
      transportTo(await passwordHost('right horse', 'right')).run(requestOf('srv-1', ':')),
    );
    await lab.run(machine.id, 'usermod -s /bin/bash clerk');
    expect(error).toMatchObject({ code: 'authentication_failed', mayHaveStarted: false });
  });
});

describe('a host whose key is not the pinned one', () => {
  test('gets neither user name nor credential', async () => {
    const attempts: string[] = [];
    const keys = ssh2.utils.generateKeyPairSync('ed25519');
    const impostor = new ssh2.Server({ hostKeys: [keys.private] }, (client) => {
      client.on('authentication', (context) => {
        attempts.push(context.username);
        context.accept();
      });
      client.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
    const address = impostor.address() as { port: number };
    const host = hostConfig({ address: '127.0.0.1', port: address.port });

    const changed = await failureOf(transportTo(host).run(requestOf('srv-1', ':')));
    const unpinned = { ...host };
    delete unpinned.hostKey;
    const unknown = await failureOf(transportTo(unpinned).run(requestOf('srv-1', ':')));
    impostor.close();

    expect(changed).toMatchObject({ code: 'host_key_changed', mayHaveStarted: false });
    expect(changed.message).toContain(machine.hostKey);
    expect(unknown).toMatchObject({ code: 'host_key_unknown', mayHaveStarted: false });
    expect(attempts).toEqual([]);
  });

  test('is told from a reinstalled host by a person: the real one with a new key is refused too', async () => {
    const other = await lab.addHost();
    await lab.run(
      other.id,
      'rm /etc/ssh/ssh_host_ed25519_key*; ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key; systemctl restart ssh; until ss -tlnH | grep -q ":22 "; do sleep 0.02; done',
    );
    const host = hostConfig({ address: other.address, hostKey: other.hostKey });
    const error = await failureOf(transportTo(host).run(requestOf('srv-1', ':')));
    expect(error.code).toBe('host_key_changed');
    expect(error.nextStep).toMatch(/enrol it again/);
  });
});

test('50 MB of output are stopped at the limit, in bounded memory, and nothing is left running', async () => {
  const transport = transportTo(hostConfig());
  await transport.run(requestOf('srv-1', ':'));
  const before = process.memoryUsage();
  const pour = 'head -c 52428800 /dev/zero; sleep 100';
  const error = await failureOf(
    transport.run(requestOf('srv-1', pour, { sudo: true, maxOutputBytes: 1_000_000, keepBytes: 1_000_000 })),
  );
  const after = process.memoryUsage();
  expect(error.code).toBe('output_too_large');
  expect(after.rss - before.rss).toBeLessThan(30_000_000);
  expect((await lab.run(machine.id, 'pgrep -xc "head|sleep" || :')).stdout).toBe('0\n');
});

test('50 MB of output of a script that may not be stopped are hashed, not kept', async () => {
  const { stdout } = await transportTo(hostConfig()).run(
    requestOf('srv-1', 'head -c 52428800 /dev/zero', {
      survivesCut: true,
      keepBytes: 100,
      timeoutMs: 60_000,
    }),
  );
  expect(stdout.head.length).toBe(100);
  expect(stdout.bytes).toBe(52_428_800);
}, 60_000);

test('a script that survives a cut runs to its end though it prints on', async () => {
  const transport = transportTo(hostConfig());
  const cutMe =
    'touch /root/cut-begin; i=0; while [ $i -lt 30 ]; do echo $i; sleep 0.05; i=$((i+1)); done; echo all > /root/cut-end';
  const run = failureOf(transport.run(requestOf('srv-1', cutMe, { sudo: true, survivesCut: true })));
  await lab.run(machine.id, `${untilFile('/root/cut-begin')}; pkill -9 -u healer sshd`);
  expect(await run).toMatchObject({ code: 'connection_lost', mayHaveStarted: true });
  const { stdout } = await lab.run(machine.id, `${untilFile('/root/cut-end')}; cat /root/cut-end`);
  expect(stdout).toBe('all\n');
});

test('a host whose clock is ten minutes ahead says so with every answer', async () => {
  const ahead = await lab.addHost();
  // All hosts of a machine share its kernel's clock, so the host's date(1) is what is put off here.
  await lab.run(
    ahead.id,
    `mv /usr/bin/date /usr/bin/date.real
     printf '#!/bin/sh\\necho $(($(/usr/bin/date.real +%%s%%3N) + 600000))\\n' > /usr/bin/date; chmod 755 /usr/bin/date`,
  );
  const host = hostConfig({ address: ahead.address, hostKey: ahead.hostKey });
  const { clockSkewMs } = await transportTo(host).run(requestOf('srv-1', ':'));
  expect(clockSkewMs).toBeGreaterThan(595_000);
  expect(clockSkewMs).toBeLessThan(605_000);
});

test('leaves no file on the host', async () => {
  const transport = transportTo(hostConfig());
  const list = 'find / -xdev -type f -newer /run/before ! -path "/var/log/*" ! -path "/var/lib/*"';
  await lab.run(machine.id, 'touch /run/before');
  await transport.run(requestOf('srv-1', 'cat', { sudo: true, stdin: Buffer.alloc(200_000, 'x') }));
  expect((await lab.run(machine.id, list)).stdout).toBe('');
});

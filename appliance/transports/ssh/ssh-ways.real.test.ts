import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { LabHost } from '../../../stack/lab/lab.ts';
import { testLab } from '../../../test/setup/lab.ts';
import type { SshHostConfig } from '../../config.ts';
import { probeOf } from '../batch-contract.ts';
import { failureOf, requestOf } from '../transport-contract.ts';
import { SshTransport } from './ssh-transport.ts';

jest.setTimeout(60_000);
const lab = testLab();
let machine: LabHost;
let inner: LabHost;
let directory: string;
const open: SshTransport[] = [];

beforeAll(async () => {
  [machine, inner, directory] = await Promise.all([
    lab.addHost(),
    lab.addHost(),
    mkdtemp(join(tmpdir(), 'malachor-ways-')),
  ]);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
});
afterAll(async () => {
  await Promise.all([lab.stop(), rm(directory, { recursive: true, force: true })]);
});

function configOf(host: LabHost, over: Partial<SshHostConfig> = {}): SshHostConfig {
  const { id, address, port, user, identityFile, hostKey } = host;
  return { id, address, port, user, baseline: 'linux', identityFile, hostKey, ...over };
}

function transportTo(...hosts: SshHostConfig[]): SshTransport {
  const transport = new SshTransport({ hosts, connectTimeoutMs: 5_000 });
  open.push(transport);
  return transport;
}

async function secret(name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

const ask = async (transport: SshTransport, host: string, script = 'hostname'): Promise<string> =>
  (await transport.run(requestOf(host, script))).stdout.head.toString().trim();

/** One-line public key of the host. */
const publicKeyOf = async (host: LabHost, type = 'ed25519'): Promise<string> => {
  const { stdout } = await lab.run(host.id, `cat /etc/ssh/ssh_host_${type}_key.pub`);
  return stdout.split(' ').slice(0, 2).join(' ');
};

const restart = 'systemctl restart ssh; until ss -tlnH | grep -q ":22 "; do sleep 0.02; done';

describe('a key with a passphrase', () => {
  let identityFile: string;
  beforeAll(async () => {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', {
      passphrase: 'right horse',
      cipher: 'aes256-ctr',
      rounds: 4,
    });
    identityFile = await secret('locked', pair.private);
    await lab.run(machine.id, `echo '${pair.public}' >> /home/healer/.ssh/authorized_keys`);
  });

  test('logs in with the passphrase in its own file', async () => {
    const passphraseFile = await secret('right', 'right horse\n');
    expect(await ask(transportTo(configOf(machine, { identityFile, passphraseFile })), machine.id)).toBe(
      machine.id,
    );
  });

  test('is no credential with a wrong one or none, and neither is told', async () => {
    const passphraseFile = await secret('wrong', 'wrong horse\n');
    const wrong = await failureOf(
      ask(transportTo(configOf(machine, { identityFile, passphraseFile })), machine.id),
    );
    const none = await failureOf(ask(transportTo(configOf(machine, { identityFile })), machine.id));
    expect([wrong.code, none.code]).toEqual(['authentication_failed', 'authentication_failed']);
    expect(wrong.message).toMatch(/does not open its identity file/);
    expect(wrong.message).not.toContain('horse');
  });
});

describe('a host behind another', () => {
  const through = (over: Partial<SshHostConfig> = {}) =>
    configOf(inner, { address: '127.0.0.1', port: 2200, jump: machine.id, ...over });
  beforeAll(async () => {
    // The inner host's SSH answers on the jump host's own loopback only, so that there is no other way to it.
    await lab.run(
      machine.id,
      `cat > /run/relay.py <<'EOF' || exit 1
import socket, threading
def pump(a, b):
    try:
        while True:
            data = a.recv(65536)
            if not data: break
            b.sendall(data)
    except OSError: pass
    for s in (a, b):
        try: s.shutdown(socket.SHUT_RDWR)
        except OSError: pass
server = socket.create_server(("127.0.0.1", 2200))
while True:
    near, _ = server.accept()
    far = socket.create_connection(("${inner.address}", 22))
    for pair in ((near, far), (far, near)): threading.Thread(target=pump, args=pair, daemon=True).start()
EOF
       systemd-run --quiet --unit relay python3 /run/relay.py
       until ss -tlnH | grep -q '127.0.0.1:2200 '; do sleep 0.02; done`,
    );
  });

  test('is read through it, over one connection to each', async () => {
    const transport = transportTo(configOf(machine), through());
    const results = await Promise.all(
      [1, 2, 3].map(() =>
        transport.runBatch({
          host: inner.id,
          probes: [probeOf('hostname; echo "$SSH_CONNECTION"')],
          maxOutputBytes: 9_999,
          timeoutMs: 20_000,
        }),
      ),
    );
    expect(
      results.map(({ outcomes }) => outcomes[0]!.ok && outcomes[0]!.stdout.toString().split('\n')[0]),
    ).toEqual([inner.id, inner.id, inner.id]);
    expect(new Set(results.map(({ connection }) => connection)).size).toBe(1);
    expect(await ask(transport, machine.id)).toBe(machine.id);
  });

  test('keeps the jump host’s connection while it is in use, and opens it anew when it has gone', async () => {
    const transport = new SshTransport({ hosts: [configOf(machine), through()], idleMs: 50 });
    open.push(transport);
    expect(await ask(transport, inner.id, 'sleep 0.5; hostname')).toBe(inner.id);
    const cut = failureOf(ask(transport, inner.id, 'touch /tmp/through; sleep 20'));
    await lab.run(inner.id, 'until [ -e /tmp/through ]; do sleep 0.02; done');
    await lab.run(machine.id, 'pkill -9 -u healer sshd');
    expect((await cut).code).toBe('connection_lost');
    expect(await ask(transport, inner.id)).toBe(inner.id);
  });

  test('has to show its own pinned key, and nothing is sent where the jump host shows another', async () => {
    const strange = `SHA256:${'A'.repeat(43)}`;
    const far = await failureOf(ask(transportTo(configOf(machine), through({ hostKey: strange })), inner.id));
    expect(far).toMatchObject({ code: 'host_key_changed', mayHaveStarted: false });
    const near = await failureOf(
      ask(transportTo(configOf(machine, { hostKey: strange }), through()), inner.id),
    );
    expect(near).toMatchObject({ code: 'host_key_changed', mayHaveStarted: false });
    expect(near.message).toMatch(new RegExp(`reached through ${machine.id}`));
  });

  test('that does not answer is host_unreachable, and the jump host is not blamed', async () => {
    const error = await failureOf(ask(transportTo(configOf(machine), through({ port: 2201 })), inner.id));
    expect(error).toMatchObject({ code: 'host_unreachable', mayHaveStarted: false });
    expect(error.message).toContain(`cannot be reached from ${machine.id}`);
  });
});

describe('pinned keys', () => {
  const strange = `SHA256:${'A'.repeat(43)}`;

  test('may be several, while one replaces the other', async () => {
    const host = configOf(machine, { hostKey: [strange, machine.hostKey] });
    expect(await ask(transportTo(host), machine.id)).toBe(machine.id);
    const other = configOf(machine, { hostKey: [strange, `SHA256:${'B'.repeat(43)}`] });
    expect((await failureOf(ask(transportTo(other), machine.id))).code).toBe('host_key_changed');
  });

  test('are read from a known_hosts file, of the type that the file has', async () => {
    await lab.run(
      machine.id,
      `ssh-keygen -q -t rsa -b 2048 -N '' -f /etc/ssh/ssh_host_rsa_key
      printf 'HostKey /etc/ssh/ssh_host_ed25519_key\\nHostKey /etc/ssh/ssh_host_rsa_key\\n' > /etc/ssh/sshd_config.d/04-keys.conf; ${restart}`,
    );
    const host = configOf(machine);
    delete host.hostKey;
    const line = `${machine.address} ${await publicKeyOf(machine, 'rsa')}\n`;
    const knownHostsFile = await secret('known', line);
    expect(await ask(transportTo({ ...host, knownHostsFile }), machine.id)).toBe(machine.id);

    const empty = await secret('empty', `@cert-authority * ${await publicKeyOf(machine)}\n`);
    const error = await failureOf(ask(transportTo({ ...host, knownHostsFile: empty }), machine.id));
    expect(error.code).toBe('host_key_unknown');
    expect(error.message).toMatch(/line 1 .*certificate authorities/);
    const missing = join(directory, 'none');
    expect((await failureOf(ask(transportTo({ ...host, knownHostsFile: missing }), machine.id))).code).toBe(
      'host_key_unknown',
    );
  });

  test('a revoked key is refused though it is pinned', async () => {
    const knownHostsFile = await secret('revoked', `@revoked * ${await publicKeyOf(machine)}\n`);
    const error = await failureOf(ask(transportTo(configOf(machine, { knownHostsFile })), machine.id));
    expect(error).toMatchObject({ code: 'host_key_changed', mayHaveStarted: false });
    expect(error.message).toMatch(/which is revoked/);
  });
});

test('equipment that knows old algorithms only is read where it is marked, and else refused', async () => {
  const old = await lab.addHost();
  await lab.run(
    old.id,
    `ssh-keygen -q -t rsa -b 2048 -N '' -f /etc/ssh/ssh_host_rsa_key
     printf 'HostKey /etc/ssh/ssh_host_rsa_key\\nKexAlgorithms diffie-hellman-group14-sha1\\nHostKeyAlgorithms ssh-rsa\\nCiphers aes256-cbc\\nMACs hmac-sha1\\n' > /etc/ssh/sshd_config.d/00-old.conf
     ${restart}`,
  );
  const [seen = ''] =
    /SHA256:\S+/.exec((await lab.run(old.id, 'ssh-keygen -lf /etc/ssh/ssh_host_rsa_key')).stdout) ?? [];
  const refused = await failureOf(ask(transportTo(configOf(old, { hostKey: seen })), old.id));
  expect(refused.code).toBe('host_unreachable');
  expect(refused.message).toMatch(/no secure algorithm in common/);
  const marked = configOf(old, { hostKey: seen, legacyAlgorithms: true });
  expect(await ask(transportTo(marked), old.id)).toBe(old.id);
});

import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { SshTransport } from '../appliance/transports/ssh/ssh-transport.ts';
import type { Catalog } from '../contracts/catalog/catalog.ts';
import type { ParameterValues } from '../contracts/catalog/parameter.ts';
import { judgeProbeOutput } from '../domain/catalog/judge-check.ts';
import { scriptOf } from '../domain/catalog/script-of.ts';
import type { Judgement } from '../domain/catalog/judge-check.ts';
import { resolveParameters } from '../domain/catalog/parameters.ts';
import type { LabHost } from '../stack/lab/lab.ts';
import { testLab } from '../test/setup/lab.ts';
import { readCatalog } from './read-catalog.ts';

/**
 * The roll-back contract (H7) on real hosts: for each drift that a runbook is for, its check fails, the runbook makes it
 * pass, a second run changes nothing, and the rollback leaves the host exactly as it was found.
 */
jest.setTimeout(120_000);
const lab = testLab();
let catalog: Catalog;
let host: LabHost;
let transport: SshTransport;

beforeAll(async () => {
  catalog = await readCatalog(join(process.cwd(), 'catalog'));
});
beforeEach(async () => {
  host = await lab.addHost();
  const { id, address, port, user, identityFile, hostKey } = host;
  const config = { id, address, port, user, identityFile, hostKey, baseline: 'linux-server' };
  transport = new SshTransport({ hosts: [config] });
});
afterEach(async () => {
  await transport.close();
  await lab.removeHost(host.id);
});
afterAll(() => lab.stop());

interface Drift {
  what: string;
  runbook: string;
  plant: string;
  parameters?: ParameterValues;
}

const sshDropIn = '/etc/ssh/sshd_config.d/10-hardening.conf';
const stopAudit = 'systemctl kill -s TERM auditd; while systemctl -q is-active auditd; do sleep 0.1; done';
const drifts: Drift[] = [
  {
    what: 'root may log in by a drop-in file',
    runbook: 'RB-LIN-SSH-001',
    plant: `sed -i 's/^PermitRootLogin.*/PermitRootLogin yes/' ${sshDropIn}; systemctl reload ssh`,
  },
  {
    what: 'root may log in by default',
    runbook: 'RB-LIN-SSH-001',
    plant: `rm ${sshDropIn}; systemctl reload ssh`,
  },
  {
    what: 'root may log in by an earlier drop-in, a Match block and a linked file, without a last newline',
    runbook: 'RB-LIN-SSH-001',
    plant: `printf 'permitrootlogin=without-password' >/etc/ssh/sshd_config.d/05-early.conf
      chmod 640 /etc/ssh/sshd_config.d/05-early.conf; chgrp adm /etc/ssh/sshd_config.d/05-early.conf
      echo 'PermitRootLogin yes' >/etc/ssh/elsewhere; ln -s /etc/ssh/elsewhere /etc/ssh/sshd_config.d/20-link.conf
      printf '\\nMatch Address 192.0.2.0/24\\n  PermitRootLogin "yes"' >>/etc/ssh/sshd_config; systemctl reload ssh`,
  },
  { what: 'the audit daemon has ended', runbook: 'RB-LIN-AUD-001', plant: stopAudit },
  {
    what: 'the audit daemon is disabled',
    runbook: 'RB-LIN-AUD-001',
    plant: `systemctl -q disable auditd; ${stopAudit}`,
  },
  {
    what: 'the audit daemon is masked',
    runbook: 'RB-LIN-AUD-001',
    plant: `systemctl -q mask auditd; ${stopAudit}`,
  },
  {
    what: 'sensitive files are open and belong to others',
    runbook: 'RB-LIN-PERM-001',
    plant: `chmod 666 /etc/shadow /etc/passwd-; chown healer:healer /etc/group; chmod 4777 /etc/gshadow
      chmod 644 /etc/ssh/ssh_host_ed25519_key; chgrp healer /etc/sudoers`,
  },
  {
    what: 'two accounts share uid 0 with root',
    runbook: 'RB-LIN-ACC-002',
    plant: `useradd -o -u 0 -M toor; useradd -o -u 0 -M -e 2030-01-01 -s /bin/bash vendor
      echo 'toor:correct horse' | chpasswd`,
  },
];

/** All that a runbook may touch: every file and link of /etc with mode, owner and content, services, rules, settings. */
const snapshot = `
find /etc -type f -exec sh -c 'for f; do stat -c "%a %U %G %n" "$f"; sha256sum <"$f"; done' sh {} +
find /etc -type l -exec stat -c '%N' {} +
find /run -maxdepth 1 -name '*malachor*'
for unit in auditd rsyslog syslog.socket chrony nftables ssh; do
  systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState "$unit"
done
nft -s list ruleset
sshd -T 2>&1 || true`;

async function run(script: string, parameters: ParameterValues, stdin?: string): Promise<string> {
  const environment: Record<string, string> = { MALACHOR_ORDER: randomUUID() };
  for (const [name, value] of Object.entries(parameters))
    environment[`P_${name.toUpperCase()}`] = String(value);
  const result = await transport.run({
    host: host.id,
    script,
    sudo: true,
    environment,
    ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin) }),
    timeoutMs: 60_000,
    keepBytes: 1_048_576,
    survivesCut: false,
  });
  const output = result.stdout.head.toString();
  if (result.exitCode !== 0)
    throw new Error(`exit ${result.exitCode}: ${result.stderr.head.toString()}${output}`);
  return output;
}

async function judge(id: string): Promise<Judgement> {
  const check = catalog.checks.get(id)!;
  return judgeProbeOutput(check, await run(scriptOf(check), {}));
}

const seen = async (): Promise<string[]> => (await lab.run(host.id, snapshot)).stdout.split('\n').sort();

test.each(drifts)('$runbook heals and takes back: $what', async ({ runbook: id, plant, parameters }) => {
  const { definition: runbook } = catalog.runbooks.get(id)!;
  const resolved = resolveParameters(runbook, parameters);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  const { values } = resolved;
  const { check } = runbook.verify;
  expect(await judge(check)).toMatchObject({ status: 'pass' });

  await lab.run(host.id, plant);
  expect(await judge(check)).toMatchObject({ status: 'fail' });
  const found = await seen();

  const captured = await run(runbook.capture!, values);
  expect(captured).not.toMatch(/\$(?:y|6|5|2b)\$|PRIVATE KEY/u);
  await run(runbook.remediate!, values);
  expect(await judge(check)).toMatchObject({ status: 'pass' });
  const healed = await seen();
  expect(healed).not.toEqual(found);

  await run(runbook.remediate!, values);
  expect(await seen()).toEqual(healed);

  await run(runbook.rollback!, values, captured);
  expect(await seen()).toEqual(found);
  expect(await judge(check)).toMatchObject({ status: 'fail' });
});

test('a default-deny firewall keeps open what is served when it comes, and drops the rest', async () => {
  const serve = (port: number) =>
    lab.run(
      host.id,
      `systemd-run -q --unit=served-${port} /usr/sbin/sshd -D -p ${port} -o PidFile=none
      i=0; until ss -Hlnt | grep -q :${port}; do [ $i -lt 100 ]; sleep 0.1; i=$((i+1)); done`,
    );
  await lab.run(host.id, 'nft flush ruleset; rm /etc/nftables.conf');
  await serve(4444);
  const { definition } = catalog.runbooks.get('RB-LIN-FW-001')!;
  const resolved = resolveParameters(definition);
  if (!resolved.ok) throw new Error('the defaults are not valid');
  await run(definition.remediate!, resolved.values);
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

test('accounts that somebody is changing are left alone, and the lock of a process that has ended is not heeded', async () => {
  const { definition } = catalog.runbooks.get('RB-LIN-ACC-002')!;
  await lab.run(host.id, 'useradd -o -u 0 -M toor; echo 1 >/etc/shadow.lock');
  await expect(run(definition.remediate!, { account: 'toor' })).rejects.toThrow(
    'somebody is changing accounts',
  );
  expect((await lab.run(host.id, 'ls /etc/*.lock')).stdout).toBe('/etc/shadow.lock\n');
  await lab.run(host.id, 'echo 4194305 >/etc/shadow.lock');
  expect(await run(definition.remediate!, { account: 'toor' })).toContain('toor: uid 59999');
  expect(await judge('linux.accounts.extra_uid0')).toMatchObject({ status: 'pass' });
});

test('what cannot be read is an error of the probe, never a failed check', async () => {
  await lab.run(
    host.id,
    'echo Nonsense yes >/etc/ssh/sshd_config.d/99-broken.conf; chmod 600 /etc/ssh/sshd_config.d/*',
  );
  await expect(judge('linux.ssh.root_login')).rejects.toThrow('Bad configuration option');
  await expect(run(catalog.runbooks.get('RB-LIN-SSH-001')!.definition.remediate!, {})).rejects.toThrow(
    'as before',
  );
  await lab.run(host.id, 'mv /usr/bin/stat /usr/bin/stat.away');
  await expect(judge('linux.files.sensitive_permissions')).rejects.toThrow('stat');
});

import { join } from 'node:path';
import { SshTransport } from '../../appliance/transports/ssh/ssh-transport.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import { judgeProbeOutput } from '../../domain/catalog/judge-check.ts';
import { resolveParameters } from '../../domain/catalog/parameters.ts';
import { parameterEnvironment } from '../../domain/catalog/parameter-environment.ts';
import { scriptOf } from '../../domain/catalog/script-of.ts';
import type { LabHost } from '../../stack/lab/lab.ts';
import { testLab } from '../../test/setup/lab.ts';
import { readCatalog } from '../read-catalog.ts';
import { applianceDrifts, applianceUnreadable } from './appliance-drifts.ts';
import { auditDrifts, auditUnreadable } from './audit-drifts.ts';
import { backupDrifts, backupUnreadable } from './backup-drifts.ts';
import type { CheckDrift, UnreadableHost } from './check-drift.ts';
import { databaseDrifts, databaseUnreadable } from './database-drifts.ts';
import { encryptionDrifts, encryptionUnreadable } from './encryption-drifts.ts';
import { inLayers } from './in-layers.ts';
import { protectionDrifts, protectionUnreadable } from './protection-drifts.ts';
import { resourceDrifts, resourceUnreadable } from './resource-drifts.ts';
import { updateDrifts, updateUnreadable } from './update-drifts.ts';

/**
 * Every check of audit, logging, updates, encryption, integrity, TLS, resources, databases, backups and of the appliance
 * itself on a real host: it passes on a fresh one, tells its own drift, and is an error where it cannot read.
 */
jest.setTimeout(120_000);
const lab = testLab();
const drifts: CheckDrift[] = [
  ...auditDrifts,
  ...updateDrifts,
  ...protectionDrifts,
  ...encryptionDrifts,
  ...resourceDrifts,
  ...databaseDrifts,
  ...backupDrifts,
  ...applianceDrifts,
];
const unreadable: (UnreadableHost & { parameters?: ParameterValues })[] = [
  ...auditUnreadable,
  ...updateUnreadable,
  ...protectionUnreadable,
  ...encryptionUnreadable,
  ...resourceUnreadable,
  ...databaseUnreadable,
  ...backupUnreadable,
  ...applianceUnreadable,
];
/** What only a host with a kernel of its own shows. */
const ofTheKernel = [
  'linux.audit.rules_loaded',
  'linux.encryption.at_rest',
  'linux.encryption.swap',
  'linux.integrity.secure_boot',
  'linux.memory.oom_kills',
];
let catalog: Catalog;
let host: LabHost;
let transport: SshTransport;

beforeAll(async () => {
  catalog = await readCatalog(join(process.cwd(), 'catalog'));
  host = await lab.addHost();
  const { id, address, port, user, identityFile, hostKey } = host;
  const config = { id, address, port, user, identityFile, hostKey, baseline: 'linux-server' };
  transport = new SshTransport({ hosts: [config] });
});
afterAll(async () => {
  await transport.close();
  await lab.stop();
});

const areas =
  /^(?:linux\.(?:audit|logging|patch|encryption|integrity|tls|certificates|disk|memory|database|backup)|appliance)\./u;

/** Checks of this test that a script on the host reads. */
function scripted(): CheckDefinition[] {
  return [...catalog.checks.values()].filter(({ id, probe }) => areas.test(id) && probe.kind === 'script');
}

async function judge(id: string, planted: string | undefined, given: ParameterValues = {}) {
  const check = catalog.checks.get(id);
  if (!check) throw new TypeError(`the catalogue has no check ${id}`);
  const resolved = resolveParameters(check, given);
  if (!resolved.ok) throw new TypeError(resolved.problems.map(({ reason }) => reason).join('; '));
  const environment = parameterEnvironment(resolved.values);
  const probe = scriptOf(check);
  const isPlanted = planted !== undefined;
  const { exitCode, stdout, stderr } = await transport.run({
    host: host.id,
    script: isPlanted ? inLayers : probe,
    sudo: isPlanted || (check.probe.kind === 'script' && check.probe.sudo),
    environment: isPlanted ? { ...environment, PLANTED: planted, PROBE: probe } : environment,
    timeoutMs: check.probe.timeoutMs,
    keepBytes: 1_048_576,
    survivesCut: false,
  });
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr.head.toString()}`);
  const output = stdout.head.toString();
  expect(output + stderr.head.toString()).not.toContain('lantern');
  return judgeProbeOutput(check, output, resolved.values);
}

async function judgeDrift({ check, plant, undo, parameters }: CheckDrift) {
  if (undo === undefined) return judge(check, plant, parameters);
  await lab.run(host.id, plant);
  try {
    return await judge(check, undefined, parameters);
  } finally {
    await lab.run(host.id, undo);
  }
}

test('a fresh host passes every check, but for what a container cannot show', async () => {
  const found: Record<string, string> = {};
  for (const { id } of scripted()) {
    const { status, message } = await judge(id, undefined);
    if (status !== 'pass') found[id] = status === 'unknown' ? status : `${status}: ${message}`;
  }
  expect(found).toEqual(Object.fromEntries(ofTheKernel.map((id) => [id, 'unknown'])));
});

test.each(drifts)('$check: $what', async (drift) => {
  const { status, message } = await judgeDrift(drift);
  const says: unknown = typeof drift.says === 'string' ? drift.says : expect.stringMatching(drift.says);
  expect({ status, message }).toEqual({ status: drift.status ?? 'fail', message: says });
});

test.each(unreadable)('$check is an error where $what', async ({ check, plant, parameters }) => {
  await expect(judge(check, plant, parameters)).rejects.toThrow(/^exit (?!99)/u);
});

test('every check that a container can lose has a drift, and every reading a way in which it cannot be taken', () => {
  const shown = scripted()
    .map(({ id }) => id)
    .filter((id) => !ofTheKernel.includes(id) && id !== 'linux.audit.auditd_running');
  expect([...new Set(drifts.map(({ check }) => check))].sort()).toEqual(shown.sort());
  const readingOf = (id: string) => catalog.checks.get(id)?.sharedProbe ?? id;
  const tried = new Set(unreadable.map(({ check }) => readingOf(check)));
  const readings = new Set(shown.map(readingOf).filter((id) => id !== 'linux.integrity.file_monitor'));
  expect([...tried].sort()).toEqual([...readings].sort());
});

import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import { proofHost } from '../../test/setup/proof-host.ts';
import { applianceDrifts, applianceUnreadable } from './appliance-drifts.ts';
import { auditDrifts, auditUnreadable } from './audit-drifts.ts';
import { backupDrifts, backupUnreadable } from './backup-drifts.ts';
import type { CheckDrift, UnreadableHost } from './check-drift.ts';
import { databaseDrifts, databaseUnreadable } from './database-drifts.ts';
import { encryptionDrifts, encryptionUnreadable } from './encryption-drifts.ts';
import { protectionDrifts, protectionUnreadable } from './protection-drifts.ts';
import { resourceDrifts, resourceUnreadable } from './resource-drifts.ts';
import { updateDrifts, updateUnreadable } from './update-drifts.ts';

/**
 * Every check of audit, logging, updates, encryption, integrity, TLS, resources, databases, backups and of the appliance
 * itself on a real host: it passes on a fresh one, tells its own drift, and is an error where it cannot read.
 */
jest.setTimeout(120_000);
const proof = proofHost();
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
const areas =
  /^(?:linux\.(?:audit|logging|patch|encryption|integrity|tls|certificates|disk|memory|database|backup)|appliance)\./u;

/** Checks of this test that a script on the host reads. */
function scripted(): CheckDefinition[] {
  return [...proof.catalog.checks.values()].filter(
    ({ id, probe }) => areas.test(id) && probe.kind === 'script',
  );
}

test('a fresh host passes every check, but for what a container cannot show', async () => {
  const found: Record<string, string> = {};
  for (const { id } of scripted()) {
    const { status, message } = await proof.judge(id);
    if (status !== 'pass') found[id] = status === 'unknown' ? status : `${status}: ${message}`;
  }
  expect(found).toEqual(Object.fromEntries(ofTheKernel.map((id) => [id, 'unknown'])));
});

test.each(drifts)('$check: $what', async (drift) => {
  const { status, message } = await proof.judgeDrift(drift);
  const says: unknown = typeof drift.says === 'string' ? drift.says : expect.stringMatching(drift.says);
  expect({ status, message }).toEqual({ status: drift.status ?? 'fail', message: says });
});

test.each(unreadable)('$check is an error where $what', async ({ check, plant, parameters }) => {
  await expect(proof.judge(check, { planted: plant, ...(parameters && { parameters }) })).rejects.toThrow(
    /^exit (?!99)/u,
  );
});

test('every check that a container can lose has a drift, and every reading a way in which it cannot be taken', () => {
  const shown = scripted()
    .map(({ id }) => id)
    .filter((id) => !ofTheKernel.includes(id) && id !== 'linux.audit.auditd_running');
  expect([...new Set(drifts.map(({ check }) => check))].sort()).toEqual(shown.sort());
  const readingOf = (id: string) => proof.catalog.checks.get(id)?.sharedProbe ?? id;
  const tried = new Set(unreadable.map(({ check }) => readingOf(check)));
  const readings = new Set(shown.map(readingOf).filter((id) => id !== 'linux.integrity.file_monitor'));
  expect([...tried].sort()).toEqual([...readings].sort());
});

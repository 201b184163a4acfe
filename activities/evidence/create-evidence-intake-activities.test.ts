import { randomUUID } from 'node:crypto';
import type { SignedRecord } from '../../contracts/evidence-record.ts';
import { signBundle, signStatement } from '../../evidence/bundle.ts';
import { type BundleKey, verifyBundle } from '../../evidence/countersign.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import type { Signer } from '../../evidence/signer.ts';
import { buildHeartbeatStatement } from '../../evidence/statements/heartbeat-v1.ts';
import { buildScanStatement, type ScanPage } from '../../evidence/statements/scan-v1.ts';
import { numberedSalts, sampleHeartbeat, samplePage } from '../../evidence/testing/sample-statements.ts';
import { sampleRecord } from '../../evidence/testing/sample-evidence.ts';
import { createEvidenceIntakeActivities } from './create-evidence-intake-activities.ts';
import type { EvidenceIntakeDependencies } from './ports.ts';

const at = '2026-11-27T10:00:00.000Z';
const newSigner = () => createSigner(generateKeyPair().privateKeyPem);
const box = newSigner();
const central = newSigner();
const boxKey: BundleKey = {
  ...box,
  purpose: 'appliance',
  site: 'north-clinic',
  appliance: 'north-box',
  notBefore: '2026-01-01T00:00:00.000Z',
};
const centralKey: BundleKey = { ...central, purpose: 'evidence', notBefore: boxKey.notBefore };

type Appended = Parameters<EvidenceIntakeDependencies['ledger']['append']>[0];

function anIntake(keys: readonly BundleKey[] = [boxKey]) {
  const ledger: Appended[] = [];
  const intake = createEvidenceIntakeActivities({
    ledger: {
      append: (record) => {
        const known = ledger.findIndex(({ recordId }) => recordId === record.recordId);
        return Promise.resolve({ seq: known >= 0 ? known : ledger.push(record) - 1 });
      },
    },
    applianceKeys: (site) => Promise.resolve(keys.filter((key) => key.site === site)),
    signer: central,
    now: () => new Date(at),
  });
  const take = async (...records: SignedRecord[]) =>
    (await intake.takeEvidence({ site: 'north-clinic', records })).settled;
  return { ledger, take };
}

function aScan(
  changes: Partial<ScanPage> = {},
  signers: readonly [Signer, ...Signer[]] = [box],
): SignedRecord {
  const page = samplePage('2026-11-27T09:50:00.000Z', changes);
  const { payload, disclosures } = buildScanStatement(page, numberedSalts(), sha256);
  return {
    recordId: page.recordId,
    envelope: signStatement(payload, signers),
    disclosures: [...disclosures],
  };
}

function aHeartbeat(sequence = 1): SignedRecord {
  const heartbeat = sampleHeartbeat(sequence, '2026-11-27T09:55:00.000Z');
  const payload = buildHeartbeatStatement(heartbeat, sha256);
  return { recordId: heartbeat.recordId, envelope: signStatement(payload, [box]), disclosures: [] };
}

test('what an appliance signed becomes entries in its order, with both signatures and what opens them', async () => {
  const { ledger, take } = anIntake();
  const [scan, beat] = [aScan(), aHeartbeat()];
  expect(await take(scan, beat)).toEqual([
    { recordId: scan.recordId, outcome: 'taken', entry: 0 },
    { recordId: beat.recordId, outcome: 'taken', entry: 1 },
  ]);
  for (const { envelope } of ledger) {
    expect(await verifyBundle(envelope, at, [boxKey, centralKey], nodeCryptography)).toMatchObject({
      ok: true,
    });
  }
  expect(ledger[0]?.disclosures).toEqual(scan.disclosures);
});

test('a record that comes twice is one entry', async () => {
  const { ledger, take } = anIntake();
  const scan = aScan();
  expect(await take(scan)).toEqual(await take(scan));
  expect(ledger).toHaveLength(1);
});

const stranger = newSigner();
test.each<[string, SignedRecord, string]>([
  ['by nobody known', aScan({}, [stranger]), 'is not known'],
  ['of an appliance whose key is another', aScan({ appliance: 'south-box' }), 'of another appliance'],
  ['of another site', aScan({ site: 'south-clinic' }), 'of another appliance'],
  ['under another name', { ...aScan(), recordId: randomUUID() }, 'by what was signed'],
  ['with a host kept back', { ...aScan(), disclosures: aScan().disclosures.slice(1) }, 'kept back'],
  [
    'with a host renamed',
    {
      ...aScan(),
      disclosures: aScan().disclosures.map((each) => [
        (each as string[])[0]!,
        (each as string[])[1]!,
        'srv-9',
      ]),
    },
    'not what was committed to',
  ],
  ['that is nothing', { ...aScan(), envelope: {} } as unknown as SignedRecord, 'no signed record'],
])('a record %s is refused and says why, and those beside it are taken', async (_what, record, why) => {
  const { ledger, take } = anIntake();
  const [refusal, beside] = await take(record, aHeartbeat());
  expect(refusal).toMatchObject({ recordId: record.recordId, outcome: 'refused' });
  expect(refusal?.outcome === 'refused' && refusal.reason).toContain(why);
  expect(beside).toMatchObject({ outcome: 'taken' });
  expect(ledger.every(({ recordId }) => recordId !== record.recordId)).toBe(true);
});

test('what a key signed after it was revoked, or where it has not been enrolled, is refused', async () => {
  for (const keys of [[{ ...boxKey, revokedAt: '2026-11-27T09:00:00.000Z' }], []]) {
    const { ledger, take } = anIntake(keys);
    expect(await take(aScan(), aHeartbeat())).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }]);
    expect(ledger).toEqual([]);
  }
});

test('an appliance cannot put an incident on record', async () => {
  const { take } = anIntake();
  const incident = { ...sampleRecord('north-clinic', 0), appliance: 'north-box' };
  const envelope = signBundle(incident, [box], sha256);
  const [settled] = await take({ recordId: incident.recordId, envelope, disclosures: [] });
  expect(settled).toMatchObject({ outcome: 'refused' });
  expect(settled?.outcome === 'refused' && settled.reason).toContain('makes no statements');
});

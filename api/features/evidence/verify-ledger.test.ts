import type { BundleKey } from '../../../evidence/countersign.ts';
import type { KeyPeriod } from '../../../evidence/key-rules.ts';
import { signCheckpoint } from '../../../evidence/checkpoint.ts';
import { signBundle, signStatement } from '../../../evidence/bundle.ts';
import type { Envelope } from '../../../contracts/order.ts';
import { buildHeartbeatStatement } from '../../../evidence/statements/heartbeat-v1.ts';
import { sampleRecord } from '../../../evidence/testing/sample-evidence.ts';
import { sampleHeartbeat } from '../../../evidence/testing/sample-statements.ts';
import { appendEntry, emptyHead, entryHash, ledgerRoot, type LedgerEntry } from '../../../evidence/ledger.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../../evidence/node/ed25519.ts';
import type { Signer } from '../../../evidence/signer.ts';
import { verifyLedger, type LedgerSource } from './verify-ledger.ts';

const { sha256 } = nodeCryptography;
const site = 'main-street';
const signer = createSigner(generateKeyPair().privateKeyPem);
const stranger = createSigner(generateKeyPair().privateKeyPem);
const box = createSigner(generateKeyPair().privateKeyPem);
const verifiedAt = '2026-11-23T10:00:00.000Z';

interface StoredLedger {
  entries: LedgerEntry[];
  headHash?: string;
  checkpoint?: string;
}

/** An incident, or every third time a heartbeat, which the appliance signed first. */
function bundleOf(number: number, signAs: Signer): Envelope {
  if (number % 3 !== 1) return signBundle(sampleRecord(site, number), [signAs], sha256);
  const beat = sampleHeartbeat(number, verifiedAt, { site, appliance: 'box' });
  return signStatement(buildHeartbeatStatement(beat, sha256), [box, signAs]);
}

function buildLedger(count: number, signAs: Signer = signer, first = 0): StoredLedger {
  let head = emptyHead(site, sha256);
  const entries: LedgerEntry[] = [];
  for (let number = 0; number < count; number += 1) {
    const appended = appendEntry(head, bundleOf(first + number, signAs), verifiedAt, sha256);
    head = appended.head;
    entries.push(appended.entry);
  }
  const checkpoint = signCheckpoint({ site, size: count, root: ledgerRoot(head, sha256) }, signAs, sha256);
  return { entries, checkpoint, ...(count > 0 && { headHash: head.headHash }) };
}

const always = { notBefore: '1970-01-01T00:00:00.000Z' };

async function verify(
  { entries, headHash, checkpoint }: StoredLedger,
  size = entries.length,
  period: KeyPeriod = always,
  applianceSite = site,
) {
  const source: LedgerSource = {
    summary: async () => ({ entries: size, headHash, checkpoint }),
    read: async (_site, fromSeq, limit) => entries.slice(fromSeq, fromSeq + limit),
  };
  const keys: BundleKey[] = [
    { ...period, ...signer, purpose: 'evidence' },
    { ...always, ...box, purpose: 'appliance', site: applianceSite, appliance: 'box' },
  ];
  return (await verifyLedger(source, { site, keys, cryptography: nodeCryptography, verifiedAt }))
    .verification;
}

it.each([0, 1, 7, 501])('verifies a whole ledger of %i entries', async (count) => {
  expect(await verify(buildLedger(count))).toMatchObject({ verified: true, entries: count });
});

it('verifies a ledger as it stood when the walk began, while it grows', async () => {
  const { headHash, checkpoint } = buildLedger(3);
  const { entries } = buildLedger(5);
  expect(await verify({ entries, headHash: headHash!, checkpoint: checkpoint! }, 3)).toMatchObject({
    verified: true,
    entries: 3,
  });
});

it.each<[string, (ledger: StoredLedger) => StoredLedger, object]>([
  [
    'an altered envelope',
    (ledger) => {
      ledger.entries[2]!.envelope = bundleOf(8, signer);
      return ledger;
    },
    { entry: 2, code: 'hash_wrong' },
  ],
  [
    'an altered and rehashed entry',
    (ledger) => {
      const entry = { ...ledger.entries[2]!, recordedAt: '2020-01-01T00:00:00.000Z' };
      ledger.entries[2] = { ...entry, entryHash: entryHash(entry, sha256) };
      return ledger;
    },
    { entry: 3, code: 'link_broken' },
  ],
  [
    'a removed entry',
    (ledger) => ({ ...ledger, entries: ledger.entries.toSpliced(2, 1) }),
    { entry: 2, code: 'missing' },
  ],
  [
    'an end that was cut off',
    (ledger) => ({ ...ledger, entries: ledger.entries.slice(0, 3) }),
    { code: 'head_wrong' },
  ],
  ['a ledger of another key', () => buildLedger(4, stranger), { entry: 0, code: 'signature_unknown_key' }],
  [
    'a checkpoint of another ledger',
    (ledger) => ({ ...ledger, checkpoint: buildLedger(4, signer, 3).checkpoint! }),
    { code: 'checkpoint_wrong' },
  ],
  [
    'a checkpoint signed by a stranger',
    (ledger) => ({ ...ledger, checkpoint: buildLedger(4, stranger).checkpoint! }),
    { code: 'checkpoint_wrong' },
  ],
  [
    'a checkpoint that cannot be read',
    (ledger) => ({ ...ledger, checkpoint: 'x' }),
    { code: 'checkpoint_wrong' },
  ],
])('finds %s', async (_name, damage, expected) => {
  const ledger = damage(buildLedger(4));
  expect(await verify(ledger)).toMatchObject({ verified: false, damage: expected });
});

it('finds entries that the head counts and the ledger lacks', async () => {
  const ledger = buildLedger(4);
  expect(await verify(ledger, 5)).toMatchObject({ verified: false, damage: { entry: 4, code: 'missing' } });
});

it.each([
  ['had been revoked', { ...always, revokedAt: verifiedAt }],
  ['had been retired', { ...always, retiredAt: verifiedAt }],
  ['was not in use yet', { notBefore: '2999-01-01T00:00:00.000Z' }],
])('finds entries signed with a key that %s', async (_, period) => {
  expect(await verify(buildLedger(2), 2, period)).toMatchObject({
    verified: false,
    damage: { entry: 0, code: 'key_not_valid_then' },
  });
});

it('finds what an appliance should have signed and did not, or signed for another site', async () => {
  const elsewhere = await verify(buildLedger(4), 4, always, 'harbour');
  expect(elsewhere).toMatchObject({ verified: false, damage: { entry: 1, code: 'foreign_appliance_key' } });

  const head = emptyHead(site, sha256);
  const beat = sampleHeartbeat(1, verifiedAt, { site, appliance: 'box' });
  const alone = signStatement(buildHeartbeatStatement(beat, sha256), [signer]);
  const { entry, head: end } = appendEntry(head, alone, verifiedAt, sha256);
  const checkpoint = signCheckpoint({ site, size: 1, root: ledgerRoot(end, sha256) }, signer, sha256);
  expect(await verify({ entries: [entry], headHash: end.headHash, checkpoint })).toMatchObject({
    damage: { entry: 0, code: 'appliance_signature_missing' },
  });
});

it('finds a bundle of another site', async () => {
  const foreign = signBundle(sampleRecord('harbour', 0), [signer], sha256);
  const { entry, head } = appendEntry(emptyHead(site, sha256), foreign, verifiedAt, sha256);
  const checkpoint = signCheckpoint({ site, size: 1, root: ledgerRoot(head, sha256) }, signer, sha256);
  expect(await verify({ entries: [entry], headHash: head.headHash, checkpoint })).toMatchObject({
    damage: { entry: 0, code: 'foreign_site' },
  });
});

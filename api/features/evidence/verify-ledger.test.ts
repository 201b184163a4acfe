import type { KeyPeriod } from '../../../evidence/key-rules.ts';
import { signCheckpoint } from '../../../evidence/checkpoint.ts';
import { signEnvelope } from '../../../evidence/dsse.ts';
import { appendEntry, emptyHead, entryHash, ledgerRoot, type LedgerEntry } from '../../../evidence/ledger.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../../evidence/node/ed25519.ts';
import type { Signer } from '../../../evidence/signer.ts';
import { verifyLedger, type LedgerSource } from './verify-ledger.ts';

const { sha256 } = nodeCryptography;
const site = 'main-street';
const signer = createSigner(generateKeyPair().privateKeyPem);
const stranger = createSigner(generateKeyPair().privateKeyPem);
const verifiedAt = '2026-11-23T10:00:00.000Z';

interface StoredLedger {
  entries: LedgerEntry[];
  headHash?: string;
  checkpoint?: string;
}

function buildLedger(count: number, signAs: Signer = signer, text = 'bundle'): StoredLedger {
  let head = emptyHead(site, sha256);
  const entries: LedgerEntry[] = [];
  for (let number = 0; number < count; number += 1) {
    const envelope = signEnvelope('text/plain', Buffer.from(`${text} ${number}`), [signAs]);
    const appended = appendEntry(head, envelope, verifiedAt, sha256);
    head = appended.head;
    entries.push(appended.entry);
  }
  const checkpoint = signCheckpoint({ site, size: count, root: ledgerRoot(head, sha256) }, signAs, sha256);
  return { entries, checkpoint, ...(count > 0 && { headHash: head.headHash }) };
}

const always = { notBefore: '1970-01-01T00:00:00.000Z' };

function verify(
  { entries, headHash, checkpoint }: StoredLedger,
  size = entries.length,
  period: KeyPeriod = always,
) {
  const source: LedgerSource = {
    summary: async () => ({ entries: size, headHash, checkpoint }),
    read: async (_site, fromSeq, limit) => entries.slice(fromSeq, fromSeq + limit),
  };
  const keys = [{ ...period, keyId: signer.keyId, publicKey: signer.publicKey }];
  return verifyLedger(source, { site, keys, cryptography: nodeCryptography, verifiedAt });
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
      ledger.entries[2]!.envelope = signEnvelope('text/plain', Buffer.from('forged'), [signer]);
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
  ['a ledger of another key', () => buildLedger(4, stranger), { entry: 0, code: 'signature_invalid' }],
  [
    'a checkpoint of another ledger',
    (ledger) => ({ ...ledger, checkpoint: buildLedger(4, signer, 'other').checkpoint! }),
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

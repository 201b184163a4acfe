import type { BundleKey } from '../../../evidence/countersign.ts';
import { emptyHead, type LedgerEntry, ledgerRoot } from '../../../evidence/ledger.ts';
import { signCheckpoint } from '../../../evidence/checkpoint.ts';
import { sha256 } from '../../../evidence/node/hasher.ts';
import { evidenceSigner, ledgerOf, sampleRecord } from '../../../evidence/testing/sample-evidence.ts';
import { signBundle } from '../../../evidence/bundle.ts';
import { LedgerVerifier } from './ledger-verifier.ts';

const site = 'north-clinic';
const key: BundleKey = { ...evidenceSigner, purpose: 'evidence', notBefore: '2020-01-01T00:00:00.000Z' };

/** A ledger that grows, and a verifier of it that counts what is read. */
function aLedger() {
  const envelopes = Array.from({ length: 1_200 }, (_, number) =>
    signBundle(sampleRecord(site, number), [evidenceSigner], sha256),
  );
  const whole = ledgerOf(envelopes, emptyHead(site, sha256));
  const state = { size: 1_000, keys: [key], read: [] as number[], entries: [...whole.entries] };
  const verifier = new LedgerVerifier({
    ledger: {
      summary: async () => {
        const { head } = ledgerOf(envelopes.slice(0, state.size), emptyHead(site, sha256));
        const checkpoint = { site, size: state.size, root: ledgerRoot(head, sha256) };
        return {
          entries: state.size,
          headHash: head.headHash,
          checkpoint: signCheckpoint(checkpoint, evidenceSigner, sha256),
        };
      },
      read: async (_site, from, limit) => {
        const page = state.entries.slice(from, Math.min(from + limit, state.size));
        state.read.push(...page.map(({ seq }) => seq));
        return page;
      },
    },
    trustedKeys: async () => state.keys,
    now: () => '2026-11-27T10:00:00.000Z',
  });
  const look = async (scope: 'whole' | 'new') => {
    state.read = [];
    return verifier.verify(site, scope);
  };
  return { state, look };
}

it('reads what is new and nothing else, once the rest was verified', async () => {
  const { state, look } = aLedger();
  expect(await look('new')).toMatchObject({ verified: true, from: 0, entries: 1_000 });
  state.size = 1_200;
  expect(await look('new')).toMatchObject({ verified: true, from: 1_000, entries: 1_200 });
  expect(state.read).toEqual(Array.from({ length: 200 }, (_, index) => 1_000 + index));
  expect(await look('new')).toMatchObject({ verified: true, from: 1_200 });
  expect(state.read).toEqual([]);
  expect(await look('whole')).toMatchObject({ verified: true, from: 0 });
  expect(state.read).toHaveLength(1_200);
});

it('finds what is wrong with the new part, with its link to the old, and a ledger that became shorter', async () => {
  const { state, look } = aLedger();
  await look('new');
  state.size = 1_200;
  const sound = state.entries;
  state.entries = sound.map((entry): LedgerEntry =>
    entry.seq === 1_100 ? { ...entry, recordedAt: '2026-01-01T00:00:00.000Z' } : entry,
  );
  expect(await look('new')).toMatchObject({ verified: false, damage: { entry: 1_100 } });
  state.entries = sound;
  expect(await look('new')).toMatchObject({ verified: true, from: 0 });
  state.size = 900;
  expect(await look('new')).toMatchObject({ verified: false, damage: { entry: 900, code: 'missing' } });
});

it('judges all of it anew where a key has ended since', async () => {
  const { state, look } = aLedger();
  await look('new');
  state.keys = [{ ...key, revokedAt: '2020-01-02T00:00:00.000Z' }];
  expect(await look('new')).toMatchObject({
    verified: false,
    from: 0,
    damage: { entry: 0, code: 'key_not_valid_then' },
  });
});

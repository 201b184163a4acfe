import type { PreparedWitnessRequest } from '../../contracts/central-activities.ts';
import type { CosignAnswer } from '../../contracts/witnessing.ts';
import { parseCheckpoint, signCheckpoint } from '../../evidence/checkpoint.ts';
import { verifyConsistency } from '../../evidence/merkle-proof.ts';
import { rangeOf, rootOf } from '../../evidence/merkle.ts';
import { createSigner, generateKeyPair } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { cosign } from '../../evidence/witness/cosignature.ts';
import { parseWitnessRequest } from '../../evidence/witness/witness-request.ts';
import { createWitnessActivities } from './create-witness-activities.ts';
import type { WitnessDependencies, WitnessKey } from './ports.ts';

const site = 'main-street';
const name = 'malachor.dev/witness/main-street/box-1';
const log = createSigner(generateKeyPair().privateKeyPem);
const signer = createSigner(generateKeyPair().privateKeyPem);
const now = new Date('2026-11-27T10:00:00.000Z');
const leaves = Array.from({ length: 12_000 }, (_, seq) => sha256(`entry ${seq}`));
const rangeAt = (size: number) => rangeOf(leaves.slice(0, size), sha256);
const rootAt = (size: number) => rootOf(rangeAt(size), sha256);
const noteAt = (size: number) => signCheckpoint({ site, size, root: rootAt(size) }, log, sha256);

type Kept = Parameters<WitnessDependencies['cosignatures']['keep']>[1] & { frontier: readonly string[] };
type Refused = Parameters<WitnessDependencies['cosignatures']['refuse']>[1];

/** A ledger of so many entries, and what was kept of the witness's answers. */
class FakeLedger {
  size: number;
  note: string | undefined;
  keys: WitnessKey[] = [{ name, publicKey: signer.publicKey, notBefore: '2026-11-01T00:00:00.000Z' }];
  /** Entries before this are not there any more. */
  lostBefore = 0;
  readonly kept: Kept[] = [];
  readonly refused: Refused[] = [];
  readonly hashesRead: [from: number, count: number][] = [];

  constructor(size: number) {
    this.size = size;
    this.note = noteAt(size);
  }

  activities() {
    return createWitnessActivities({
      ledger: {
        checkpointed: async () => ({
          head: {
            site,
            headHash: '0'.repeat(64),
            ...rangeAt(this.size),
            frontier: [...rangeAt(this.size).frontier],
          },
          ...(this.note !== undefined && { checkpoint: this.note }),
        }),
        readHashes: async (_, from, limit) => {
          const page = leaves.slice(Math.max(from, this.lostBefore), from + limit);
          this.hashesRead.push([from, page.length]);
          return page;
        },
      },
      cosignatures: {
        range: async (_, size) => {
          const found = this.kept.findLast((each) => size === undefined || each.size === size);
          return found && { size: found.size, frontier: found.frontier };
        },
        keep: async (_, cosignature, frontier) => {
          this.kept.push({ ...cosignature, frontier });
        },
        refuse: async (_, refusal) => {
          this.refused.push(refusal);
        },
      },
      witnessKeys: async () => this.keys,
      now: () => now,
    });
  }

  async prepare(from?: number): Promise<PreparedWitnessRequest> {
    const asked = await this.activities().prepareWitnessRequest({
      site,
      ...(from !== undefined && { from }),
    });
    if (asked.kind === 'nothing') throw new Error('nothing to ask');
    return asked;
  }

  async settle(asked: PreparedWitnessRequest, answer: CosignAnswer) {
    return this.activities().settleWitnessAnswer({ site, request: 'a run', asked, answer });
  }
}

function cosigned(asked: PreparedWitnessRequest, seconds = now.getTime() / 1_000, by = signer): CosignAnswer {
  const body = parseCheckpoint(asked.checkpoint)?.body ?? '';
  return {
    kind: 'cosigned',
    witness: name,
    cosignature: cosign(body, seconds, { name, signer: by }, sha256),
  };
}

const isProved = (asked: PreparedWitnessRequest) => {
  const { request } = parseWitnessRequest(asked.body)!;
  const { oldSize, proof } = request;
  const claim = {
    oldSize,
    oldRoot: rootAt(oldSize),
    newSize: asked.size,
    newRoot: rootAt(asked.size),
    proof,
  };
  return { oldSize, isProved: verifyConsistency(claim, sha256) };
};

test('the first request follows nothing and reads no entry', async () => {
  const ledger = new FakeLedger(7);
  const asked = await ledger.prepare();
  expect(parseWitnessRequest(asked.body)?.request).toEqual({ oldSize: 0, proof: [], note: noteAt(7) });
  expect(ledger.hashesRead).toEqual([]);
});

test('what was cosigned is kept, and the next request continues it, reading only what was added', async () => {
  const ledger = new FakeLedger(5_001);
  const first = await ledger.prepare();
  expect(await ledger.settle(first, cosigned(first))).toEqual({
    kind: 'cosigned',
    witness: name,
    size: 5_001,
  });
  expect(ledger.kept[0]).toMatchObject({
    size: 5_001,
    signedAt: now.toISOString(),
    recordedAt: now.toISOString(),
    checkpoint: noteAt(5_001),
  });

  ledger.size = 12_000;
  ledger.note = noteAt(12_000);
  expect(isProved(await ledger.prepare())).toEqual({ oldSize: 5_001, isProved: true });
  expect(ledger.hashesRead).toEqual([
    [5_001, 5_000],
    [10_001, 1_999],
  ]);
});

test('from a size that was never kept the proof is made from the beginning, page by page', async () => {
  const ledger = new FakeLedger(12_000);
  expect(isProved(await ledger.prepare(6_000))).toEqual({ oldSize: 6_000, isProved: true });
  expect(Math.max(...ledger.hashesRead.map(([, count]) => count))).toBe(5_000);
  expect(ledger.hashesRead[0]).toEqual([0, 5_000]);
});

test.each([
  ['that became shorter', 9, 5, 0],
  ['whose entries are gone', 3, 5, 4],
])('a ledger %s is shown to the witness without a proof', async (_, from, size, lostBefore) => {
  const ledger = new FakeLedger(size);
  ledger.lostBefore = lostBefore;
  expect(parseWitnessRequest((await ledger.prepare(from)).body)?.request).toMatchObject({
    oldSize: from,
    proof: [],
  });
});

test('nothing is asked without a witness, without a checkpoint, or where it is not of the end', async () => {
  const [alone, empty, behind] = [new FakeLedger(3), new FakeLedger(3), new FakeLedger(3)];
  alone.keys = [];
  empty.note = undefined;
  behind.note = noteAt(2);
  for (const ledger of [alone, empty, behind])
    expect(await ledger.activities().prepareWitnessRequest({ site })).toEqual({ kind: 'nothing' });
});

test('a refusal is kept with the checkpoint that was refused', async () => {
  const ledger = new FakeLedger(3);
  const asked = await ledger.prepare();
  const answer = { kind: 'refused', witness: name, code: 'fork', size: 3 } as const;
  const refused = { witness: name, size: 3, code: 'fork' };
  expect(await ledger.settle(asked, answer)).toEqual({ kind: 'refused', ...refused });
  expect(ledger.refused).toEqual([
    { ...refused, request: 'a run', recordedAt: now.toISOString(), checkpoint: noteAt(3) },
  ]);
});

test.each([
  ['by another key', {}, (asked: PreparedWitnessRequest) => cosigned(asked, undefined, log)],
  ['from before its key', {}, (asked: PreparedWitnessRequest) => cosigned(asked, 1_000)],
  ['with a revoked key', { revokedAt: '2026-11-26T00:00:00.000Z' }, cosigned],
  [
    'of another checkpoint',
    {},
    (asked: PreparedWitnessRequest) => cosigned({ ...asked, checkpoint: noteAt(2) }),
  ],
  [
    'that is none',
    {},
    (): CosignAnswer => ({ kind: 'cosigned', witness: name, cosignature: 'I have seen it\n' }),
  ],
  ['after the last year', {}, (asked: PreparedWitnessRequest) => cosigned(asked, 253_402_300_800)],
])('a cosignature %s is none', async (_, period, answer) => {
  const ledger = new FakeLedger(3);
  ledger.keys = ledger.keys.map((key) => ({ ...key, ...period }));
  const asked = await ledger.prepare();
  expect(await ledger.settle(asked, answer(asked))).toMatchObject({ kind: 'refused', code: 'unverified' });
  expect(ledger.kept).toEqual([]);
  expect(ledger.refused).toMatchObject([{ code: 'unverified' }]);
});

test('of a witness that is not enrolled nothing is kept', async () => {
  const ledger = new FakeLedger(3);
  const asked = await ledger.prepare();
  const witness = 'malachor.dev/witness/main-street/box-9';
  expect(await ledger.settle(asked, { kind: 'refused', witness, code: 'fork' })).toEqual({
    kind: 'stranger',
    witness,
  });
  expect(ledger.refused).toEqual([]);
});

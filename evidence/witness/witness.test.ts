import fc from 'fast-check';
import { parseCheckpoint, signCheckpoint } from '../checkpoint.ts';
import { consistencyProof } from '../merkle-proof.ts';
import { rangeOf, rootOf } from '../merkle.ts';
import { nodeCryptography } from '../node/ed25519.ts';
import { sha256 } from '../node/hasher.ts';
import { parseSignatureLines } from '../note.ts';
import { signerNamed } from '../testing/sample-evidence.ts';
import { cosign, cosignedMessage, verifyCosignature } from './cosignature.ts';
import { parseWitnessRequest, type WitnessRequest, writeWitnessRequest } from './witness-request.ts';
import { type WitnessState, witnessStateSchema, witnessStep } from './witness-step.ts';

const log = signerNamed('checkpoint');
const signer = signerNamed('witness');
const name = 'malachor.dev/witness/north-clinic/north-box';
const witness = { name, publicKey: signer.publicKey };
const origin = 'malachor.dev/ledger/north-clinic';
const nowMs = Date.parse('2026-03-01T10:00:00.900Z');
const context = {
  name,
  signer,
  nowMs,
  logKeys: new Map([[origin, [log.publicKey]]]),
  cryptography: nodeCryptography,
};

const leaves = Array.from({ length: 40 }, (_, index) => sha256(`leaf ${index}`));
const forked = ['fork', ...leaves.slice(1)].map((leaf, index) => (index === 0 ? sha256('fork') : leaf));
const rootAt = (size: number, from = leaves) => rootOf(rangeOf(from.slice(0, size), sha256), sha256);
const noteAt = (size: number, from = leaves, key = log, site = 'north-clinic') =>
  signCheckpoint({ site, size, root: rootAt(size, from) }, key, sha256);
const proofFrom = (oldSize: number, size: number, from = leaves) =>
  oldSize === 0 ? [] : consistencyProof(from.slice(0, size), oldSize, sha256);
const request = (oldSize: number, size: number, from = leaves): WitnessRequest => ({
  oldSize,
  proof: oldSize <= size ? proofFrom(oldSize, size, from) : [],
  note: noteAt(size, from),
});
const seen = async (size: number): Promise<WitnessState> => {
  const answer = await witnessStep(undefined, request(0, size), context);
  if (answer.kind !== 'cosign') throw new Error(answer.code);
  return answer.state;
};

describe('a cosignature', () => {
  const note = parseCheckpoint(noteAt(7))!;
  const line = cosign(note.body, 1_679_315_147, { name, signer }, sha256);
  const cosigned = parseCheckpoint(noteAt(7) + line)!;

  it('is over the fixed line, the time and the whole body', () => {
    expect(new TextDecoder().decode(cosignedMessage(note.body, 1_679_315_147))).toBe(
      `cosignature/v1\ntime 1679315147\n${note.body}`,
    );
    const [signature] = parseSignatureLines(line)!;
    expect(signature?.signature).toHaveLength(72);
    expect([...signature!.signature.subarray(0, 8)]).toEqual([0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb]);
  });

  it('verifies with its time beside the signature of the log', async () => {
    expect(await verifyCosignature(cosigned, witness, nodeCryptography)).toEqual({
      kind: 'valid',
      timestamp: 1_679_315_147,
    });
  });

  it('is absent for a witness that did not sign', async () => {
    const others = [
      { name, publicKey: log.publicKey },
      { name: 'malachor.dev/witness/other', publicKey: signer.publicKey },
    ];
    for (const other of others)
      expect(await verifyCosignature(cosigned, other, nodeCryptography)).toEqual({ kind: 'absent' });
  });

  it('is invalid with any other time, checkpoint or bit of it', async () => {
    const bytes = Buffer.from(line.trimEnd().split(' ')[2]!, 'base64');
    for (let index = 4; index < bytes.length; index++) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(index) ^ 1, index);
      const text = `${noteAt(7)}— ${name} ${forged.toString('base64')}\n`;
      expect(await verifyCosignature(parseCheckpoint(text)!, witness, nodeCryptography)).toEqual({
        kind: 'invalid',
      });
    }
    const elsewhere = parseCheckpoint(noteAt(8) + line)!;
    expect(await verifyCosignature(elsewhere, witness, nodeCryptography)).toEqual({ kind: 'invalid' });
  });

  it('spoils the note where a wrong one stands beside a right one', async () => {
    const wrong = cosign(parseCheckpoint(noteAt(8))!.body, 1, { name, signer }, sha256);
    const both = parseCheckpoint(noteAt(7) + line + wrong)!;
    expect(await verifyCosignature(both, witness, nodeCryptography)).toEqual({ kind: 'invalid' });
  });

  it('is not made for a name with white space or plus, or for no time', () => {
    for (const bad of ['', 'a b', 'a+b', 'a\u2003b'])
      expect(() => cosign(note.body, 1, { name: bad, signer }, sha256)).toThrow(RangeError);
    for (const time of [0, -1, 1.5, NaN])
      expect(() => cosign(note.body, time, { name, signer }, sha256)).toThrow(RangeError);
  });
});

describe('a request to a witness', () => {
  it('reads back', () => {
    const asked = request(5, 12);
    expect(parseWitnessRequest(writeWitnessRequest(asked))?.request).toEqual(asked);
  });

  const written = writeWitnessRequest(request(5, 12));
  it.each([
    ['nothing', ''],
    ['a size with a leading zero', written.replace('old 5', 'old 05')],
    ['no size', written.replace('old 5\n', '')],
    ['a negative size', written.replace('old 5', 'old -5')],
    ['a hash too short', written.replace('old 5\n', 'old 5\nAAAA\n')],
    ['64 proof lines', written.replace('old 5\n', `old 5\n${`${'A'.repeat(43)}=\n`.repeat(64)}`)],
    ['no note', written.slice(0, written.indexOf('\n\n') + 2)],
    ['a note without signature', written.slice(0, written.indexOf('—'))],
  ])('is not read with %s', (_, body) => {
    expect(parseWitnessRequest(body)).toBeUndefined();
  });
});

describe('a witness', () => {
  it('cosigns the first checkpoint it sees and every one that continues it, and remembers the last', async () => {
    let state: WitnessState | undefined;
    for (const [oldSize, size] of [
      [0, 3],
      [3, 3],
      [3, 8],
      [8, 40],
    ] as const) {
      const answer = await witnessStep(state, request(oldSize, size), context);
      if (answer.kind !== 'cosign') throw new Error(answer.code);
      state = answer.state;
      expect(state).toMatchObject({ origin, size, root: rootAt(size) });
      const note = parseCheckpoint(noteAt(size) + answer.cosignature)!;
      expect(await verifyCosignature(note, witness, nodeCryptography)).toEqual({
        kind: 'valid',
        timestamp: Math.floor(nowMs / 1_000),
      });
    }
  });

  it('refuses a fork after a restart as before: what it knows is a value that was stored', async () => {
    const stored = JSON.stringify(await seen(8));
    const restarted = witnessStateSchema.parse(JSON.parse(stored));
    expect(await witnessStep(restarted, request(8, 8, forked), context)).toEqual({
      kind: 'refuse',
      code: 'fork',
      status: 422,
    });
    expect(await witnessStep(restarted, request(8, 12, forked), context)).toEqual({
      kind: 'refuse',
      code: 'inconsistent',
      status: 422,
    });
  });

  it('takes no stored state whose note is of another checkpoint', async () => {
    const state = await seen(8);
    for (const change of [{ size: 7 }, { root: rootAt(7) }, { origin: 'malachor.dev/ledger/other' }])
      expect(witnessStateSchema.safeParse({ ...state, ...change }).success).toBe(false);
  });

  it.each<[string, () => Promise<WitnessRequest>, object]>([
    ['another size than it saw last', async () => request(5, 12), { code: 'conflict', status: 409, size: 8 }],
    [
      'size zero, by who does not know',
      async () => request(0, 12),
      { code: 'conflict', status: 409, size: 8 },
    ],
    ['fewer entries than it saw', async () => request(5, 6), { code: 'rollback', status: 409, size: 8 }],
    ['fewer entries than claimed to follow', async () => request(8, 6), { code: 'rollback', status: 400 }],
    ['an old size over its own', async () => request(20, 12), { code: 'malformed', status: 400 }],
    ['the same size and another root', async () => request(8, 8, forked), { code: 'fork', status: 422 }],
    [
      'a fork under another old size',
      async () => request(3, 8, forked),
      { code: 'fork', status: 409, size: 8 },
    ],
    ['no proof', async () => ({ ...request(8, 12), proof: [] }), { code: 'inconsistent', status: 422 }],
    [
      'a proof with a hash more',
      async () => ({ ...request(8, 12), proof: [...proofFrom(8, 12), rootAt(1)] }),
      { code: 'inconsistent', status: 422 },
    ],
    [
      'the signature of another key',
      async () => ({ ...request(8, 12), note: noteAt(12, leaves, signer) }),
      { code: 'not_signed', status: 403 },
    ],
    [
      'a wrong signature beside the right one',
      async () => ({ ...request(8, 12), note: noteAt(12) + noteAt(11).split('\n\n')[1]! }),
      { code: 'not_signed', status: 403 },
    ],
    [
      'the checkpoint of a log it does not know',
      async () => ({ ...request(8, 12), note: noteAt(12, leaves, log, 'south-clinic') }),
      { code: 'unknown_log', status: 404 },
    ],
    ['no checkpoint', async () => ({ ...request(8, 12), note: 'x' }), { code: 'malformed', status: 400 }],
  ])('that saw 8 entries refuses %s', async (_, asked, refusal) => {
    expect(await witnessStep(await seen(8), await asked(), context)).toEqual({ kind: 'refuse', ...refusal });
  });

  it('that saw nothing takes no proof, and an empty log only with the root of the empty tree', async () => {
    const first = request(0, 12);
    expect(await witnessStep(undefined, { ...first, proof: [rootAt(1)] }, context)).toMatchObject({
      code: 'inconsistent',
      status: 422,
    });
    expect(await witnessStep(undefined, request(5, 12), context)).toMatchObject({ status: 409, size: 0 });
    const empty = (root: string) => ({
      oldSize: 0,
      proof: [],
      note: signCheckpoint({ site: 'north-clinic', size: 0, root }, log, sha256),
    });
    expect(await witnessStep(undefined, empty(sha256('')), context)).toMatchObject({ kind: 'cosign' });
    expect(await witnessStep(undefined, empty(rootAt(1)), context)).toMatchObject({ status: 422 });
  });

  it('cosigns one history only, whatever it is asked in whatever order and however often it restarts', async () => {
    const asks = fc.record({
      oldSize: fc.nat(20),
      size: fc.integer({ min: 1, max: 20 }),
      isFork: fc.boolean(),
      isHonestOldSize: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(asks, { maxLength: 30 }), async (list) => {
        let stored: string | undefined;
        const cosigned = new Map<number, string>();
        for (const { oldSize, size, isFork, isHonestOldSize } of list) {
          const state =
            stored === undefined ? undefined : witnessStateSchema.parse(JSON.parse(stored) as unknown);
          const old = isHonestOldSize ? (state?.size ?? 0) : oldSize;
          const asked = request(Math.min(old, 20), size, isFork ? forked : leaves);
          const answer = await witnessStep(state, asked, context);
          if (answer.kind !== 'cosign') continue;
          expect(answer.state.size).toBeGreaterThanOrEqual(state?.size ?? 0);
          cosigned.set(answer.state.size, answer.state.root);
          stored = JSON.stringify(answer.state);
        }
        const roots = [...cosigned];
        const isOne = (from: readonly string[]) =>
          roots.every(([size, root]) => root === rootAt(size, [...from]));
        expect(isOne(leaves) || isOne(forked)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

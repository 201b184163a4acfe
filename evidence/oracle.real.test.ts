import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Envelope } from '../contracts/order.ts';
import { type Oracle, type OracleAnswer, startOracle } from '../test/oracles/start-oracle.ts';
import { bundlePayloadType, readStatement, signStatement } from './bundle.ts';
import { canonicalJson } from './canonical-json.ts';
import {
  checkpointOrigin,
  isSignedBy,
  noteVerifierKey,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
import { countersign } from './countersign.ts';
import { verifyEnvelope } from './dsse.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './merkle-proof.ts';
import { rangeOf, rootOf } from './merkle.ts';
import { nodeCryptography, verifyEd25519 } from './node/ed25519.ts';
import { sha256 } from './node/hasher.ts';
import { evidenceSigner, sampleSite, signerNamed } from './testing/sample-evidence.ts';
import { buildHeartbeatStatement } from './statements/heartbeat-v1.ts';
import { sampleHeartbeat } from './testing/sample-statements.ts';
import { buildTiles, extendTiles } from './tiles/build-tiles.ts';
import { encodeTile, parseTilePath, tilePath } from './tiles/tile.ts';
import { TiledTree } from './tiles/tile-proofs.ts';
import { cosign, verifyCosignature, witnessVerifierKey } from './witness/cosignature.ts';

/** Evidence judged by libraries of others: Go's sumdb/note and sumdb/tlog, transparency-dev's, in-toto's and DSSE's. */

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
}, 11 * 60_000);
afterAll(() => oracle.stop());

async function ask<Result>(command: string, input: unknown): Promise<Result> {
  const answer: OracleAnswer<Result> = await oracle.ask<Result>(command, input);
  if ('error' in answer) throw new Error(answer.error);
  return answer.ok;
}

const site = 'north-clinic';
const log = signerNamed('checkpoint');
const witnessSigner = signerNamed('witness');
const witnessName = 'malachor.dev/witness/north-clinic/north-box';
const witness = { name: witnessName, publicKey: witnessSigner.publicKey };
const leaves = Array.from({ length: 70_000 }, (_, index) => sha256(`leaf ${index}`));
const rootAt = (size: number) => rootOf(rangeOf(leaves.slice(0, size), sha256), sha256);

describe('a checkpoint', () => {
  const note = signCheckpoint({ site, size: 42, root: sha256('root') }, log, sha256);
  const { body } = parseCheckpoint(note)!;
  const line = cosign(body, 1_772_359_200, { name: witnessName, signer: witnessSigner }, sha256);
  const keys = [noteVerifierKey(site, log.publicKey, sha256)];
  const witnessKeys = [witnessVerifierKey(witness, sha256)];

  it('of ours opens with Go, and so does our cosignature with its time', async () => {
    expect(await ask('openNote', { note: note + line, keys, witnessKeys })).toEqual({
      text: body,
      signers: [checkpointOrigin(site), witnessName],
      times: { [witnessName]: 1_772_359_200 },
    });
  });

  it('of ours does not open with Go once a digit of it is changed', async () => {
    for (const changed of [note.replace('\n42\n', '\n43\n'), note + line.replace(/.{6}\n$/, 'AAAA==\n')])
      expect(await oracle.ask('openNote', { note: changed, keys, witnessKeys })).toHaveProperty('error');
  });

  it('that Go signed and cosigned verifies here', async () => {
    const signed = await ask<{ note: string }>('signNote', {
      text: body,
      logName: checkpointOrigin(site),
      logSeed: sha256('checkpoint'),
      witnessName,
      witnessSeed: sha256('witness'),
    });
    const read = parseCheckpoint(signed.note)!;
    expect(await isSignedBy(read, log.publicKey, nodeCryptography)).toBe(true);
    const verdict = await verifyCosignature(read, witness, nodeCryptography);
    expect(verdict).toMatchObject({ kind: 'valid' });
    if (verdict.kind === 'valid') expect(Math.abs(verdict.timestamp - Date.now() / 1_000)).toBeLessThan(600);
  });
});

describe('a tree', () => {
  it('has the root and the very proofs that Go makes, and each side takes those of the other', async () => {
    for (const [size, index, oldSize] of [
      [1, 0, 1],
      [2, 1, 1],
      [7, 3, 4],
      [8, 7, 6],
      [255, 254, 128],
      [256, 0, 255],
      [257, 256, 256],
      [1_000, 517, 513],
    ] as const) {
      const own = leaves.slice(0, size);
      const root = rootAt(size);
      const inclusion = inclusionProof(own, index, sha256);
      const consistency = consistencyProof(own, oldSize, sha256);
      const theirs = await ask<{ root: string; inclusion: string[]; consistency: string[] }>('merkle', {
        leaves: own,
        index,
        oldSize,
      });
      expect(theirs).toEqual({ root, inclusion, consistency });
      const claim = {
        Size: size,
        Index: index,
        OldSize: oldSize,
        Root: root,
        OldRoot: rootAt(oldSize),
        Leaf: own[index],
      };
      expect(await ask('checkProofs', { ...claim, Inclusion: inclusion, Consistency: consistency })).toBe(
        true,
      );
      const wrong = { ...claim, Root: sha256('x'), Inclusion: inclusion, Consistency: consistency };
      expect(await oracle.ask('checkProofs', wrong)).toHaveProperty('error');
    }
  });

  it('of a site: the entry hashes of a ledger are the leaves Go proves', async () => {
    const { entries, checkpoint } = sampleSite(site, 9);
    const { root } = parseCheckpoint(checkpoint)!.checkpoint;
    const hashes = entries.map(({ entryHash }) => entryHash);
    expect(await ask('merkle', { leaves: hashes, index: 4, oldSize: 3 })).toMatchObject({ root });
  });
});

describe('tiles', () => {
  const base64 = (hashes: readonly string[]) => Buffer.from(encodeTile(hashes)).toString('base64');

  it('are byte for byte those that Go makes, whole and grown', async () => {
    for (const [oldSize, size] of [
      [0, 1],
      [0, 256],
      [0, 1_000],
      [255, 257],
      [300, 70_000],
    ] as const) {
      const theirs = await ask<Record<string, string>>('tiles', { leaves: leaves.slice(0, size), oldSize });
      const before = extendTiles({ size: 0, partials: [] }, leaves.slice(0, oldSize), sha256);
      const grown = extendTiles(before.edge, leaves.slice(oldSize, size), sha256);
      const ours = Object.fromEntries(
        grown.tiles.map(({ tile, hashes }) => [tilePath(tile), base64(hashes)]),
      );
      expect(ours).toEqual(theirs);
    }
  });

  it('of ours give Go its proofs, and those of Go give us ours', async () => {
    const size = 70_000;
    const [index, oldSize] = [12_345, 65_537];
    const root = rootAt(size);
    const files = Object.fromEntries(
      buildTiles(leaves, sha256).map(({ tile, hashes }) => [tilePath(tile), base64(hashes)]),
    );
    const asked = { Tiles: files, Size: size, Index: index, OldSize: oldSize, Root: root };
    const theirs = await ask<{ inclusion: string[]; consistency: string[] }>('readTiles', asked);
    const made = await ask<Record<string, string>>('tiles', { leaves, oldSize: 0 });
    for (const path of Object.keys(made)) expect(parseTilePath(path)).toBeDefined();
    const tree = new TiledTree(size, (tile) => Buffer.from(made[tilePath(tile)] ?? '', 'base64'), sha256);
    const ours = {
      inclusion: await tree.inclusionProof(index),
      consistency: await tree.consistencyProof(oldSize),
    };
    expect(ours).toEqual(theirs);
    expect(
      verifyInclusion({ leafHash: leaves[index]!, index, size, root, proof: ours.inclusion }, sha256),
    ).toBe(true);
    expect(
      verifyConsistency(
        { oldSize, oldRoot: rootAt(oldSize), newSize: size, newRoot: root, proof: theirs.consistency },
        sha256,
      ),
    ).toBe(true);
  }, 120_000);
});

describe('a bundle', () => {
  const golden = JSON.parse(
    readFileSync(join(import.meta.dirname, 'statements/golden-bundles.json'), 'utf8'),
  ) as { type: string; envelope: Envelope }[];
  const publicKey = (raw: Uint8Array) => Buffer.from(raw).toString('base64');
  const keys = { [evidenceSigner.keyId]: publicKey(evidenceSigner.publicKey) };

  it.each(golden)(
    'of $type is a DSSE envelope of a valid in-toto statement, canonical for others, too',
    async ({ type, envelope }) => {
      const { predicateType, accepted, digest } = await ask<{
        predicateType: string;
        accepted: number;
        digest: string;
      }>('openBundle', { Envelope: envelope, Keys: keys });
      expect([predicateType, accepted]).toEqual([`https://malachor.dev/evidence/${type}`, 1]);
      const text = Buffer.from(envelope.payload, 'base64').toString();
      expect(text).toContain(digest);
      expect(await ask('canonicalJson', { Text: text })).toBe(text);
    },
  );

  it('with two signatures opens only where both keys accept it', async () => {
    const box = signerNamed('box');
    const payload = buildHeartbeatStatement(sampleHeartbeat(1, '2026-03-01T10:00:00.000Z'), sha256);
    const bundle = countersign(signStatement(payload, [box]), evidenceSigner);
    const both = { ...keys, [box.keyId]: publicKey(box.publicKey) };
    expect(await ask('openBundle', { Envelope: bundle, Keys: both })).toMatchObject({ accepted: 2 });
    const stranger = { ...keys, [box.keyId]: publicKey(signerNamed('stranger').publicKey) };
    expect(await oracle.ask('openBundle', { Envelope: bundle, Keys: stranger })).toHaveProperty('error');
  });

  it('that others signed verifies and reads here', async () => {
    const payload = Buffer.from(golden[2]!.envelope.payload, 'base64').toString();
    const envelope = await ask<Envelope>('signBundle', {
      PayloadType: bundlePayloadType,
      Payload: payload,
      Seeds: { [evidenceSigner.keyId]: sha256('evidence') },
    });
    const verdict = await verifyEnvelope(envelope, [evidenceSigner], verifyEd25519);
    expect(verdict).toMatchObject({ ok: true });
    if (verdict.code === 'read') expect(readStatement(verdict.payload, sha256)).toMatchObject({ ok: true });
  });
});

test('canonical JSON is what the reference implementation writes', async () => {
  const values = [
    {
      b: [1e21, 1e-7, -0, 5e-324, Number('333333333.33333329'), 0.1 + 0.2],
      a: '\u2028\u20ac\ud83d\ude00"\\/\b\f\n\r\t\u000f',
    },
    { '\ud83d\ude00': 1, '\ufb33': 2, '\u20ac': 3, '\r': 4, '1': 5, '': 6 },
  ];
  for (const value of values)
    expect(await ask('canonicalJson', { Text: JSON.stringify(value) })).toBe(canonicalJson(value));
});

import fc from 'fast-check';
import { sha256 } from '../node/hasher.ts';
import { rangeOf, rootOf } from '../merkle.ts';
import { inclusionProof, verifyInclusion } from '../merkle-proof.ts';
import { batchDigest, checkpointLeaf, makeBatch, parseBatchFile, writeBatchFile } from './batch.ts';
import { parseBlockHeader } from './block-header.ts';

test('root and proofs of a batch are those of RFC 9162, whatever its size', () => {
  for (let size = 1; size <= 40; size++) {
    const bodies = Array.from({ length: size }, (_, index) => `site ${index}\n`);
    const leaves = bodies.map((body) => checkpointLeaf(body, sha256));
    const batch = makeBatch(bodies, sha256);
    expect(batch.root).toBe(rootOf(rangeOf(leaves, sha256), sha256));
    for (const [index, leafHash] of leaves.entries()) {
      const proof = batch.proofs[index] ?? [];
      expect(proof).toEqual(inclusionProof(leaves, index, sha256));
      expect(verifyInclusion({ leafHash, index, size, root: batch.root, proof }, sha256)).toBe(true);
    }
  }
});

test('a batch of 100,000 sites has proofs of at most 17 hashes, made with one hash a node', () => {
  let hashes = 0;
  const counting: typeof sha256 = (data) => {
    hashes++;
    return sha256(data);
  };
  const batch = makeBatch(
    Array.from({ length: 100_000 }, (_, index) => String(index)),
    counting,
  );
  expect(hashes).toBe(199_999);
  expect(Math.max(...batch.proofs.map(({ length }) => length))).toBe(17);
});

test('a batch of nothing is refused', () => {
  expect(() => makeBatch([], sha256)).toThrow(RangeError);
});

test('a batch file comes back from its text and from no other', () => {
  const batch = { size: 12, root: sha256('root') };
  const text = writeBatchFile(batch);
  expect(text).toBe(
    `malachor.dev/anchor-batch/v1\n12\n${Buffer.from(batch.root, 'hex').toString('base64')}\n`,
  );
  expect(parseBatchFile(text)).toEqual(batch);
  expect(batchDigest(batch, sha256)).toBe(sha256(text));
  fc.assert(
    fc.property(fc.nat(text.length), fc.string({ maxLength: 2 }), fc.nat(2), (at, put, cut) => {
      const altered = text.slice(0, at) + put + text.slice(at + cut);
      const read = parseBatchFile(altered);
      if (read) expect(writeBatchFile(read)).toBe(altered);
    }),
  );
  for (const other of [
    '',
    text.slice(0, -1),
    `${text}\n`,
    text.replace('12', '012'),
    text.replace('12', '0'),
  ]) {
    expect(parseBatchFile(other)).toBeUndefined();
  }
});

test("Bitcoin's first block is read as everybody knows it", () => {
  const header = `01000000${'00'.repeat(32)}3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c`;
  expect(parseBlockHeader(header, sha256)).toMatchObject({
    hash: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
    time: '2009-01-03T18:15:05.000Z',
    hasWork: true,
    workBits: 32,
  });
  const otherNonce = header.replace(/1dac2b7c$/, '1dac2b7d');
  expect(parseBlockHeader(otherNonce, sha256)?.hasWork).toBe(false);
  for (const bits of ['00000000', 'ffff8000', 'ffffff21']) {
    expect(parseBlockHeader(header.slice(0, 144) + bits + header.slice(152), sha256)?.hasWork ?? false).toBe(
      false,
    );
  }
});

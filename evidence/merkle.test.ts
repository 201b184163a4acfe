import fc from 'fast-check';
import { concatBytes, decodeHex } from './bytes.ts';
import { appendLeaf, emptyRange, isCompactRange, nodeHash, rangeOf, rootOf } from './merkle.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './merkle-proof.ts';
import { sha256 } from './node/hasher.ts';

const leafHash = (data: Uint8Array) => sha256(concatBytes([Uint8Array.of(0), data]));
const hex = (text: string) => decodeHex(text)!;

/** The definition in RFC 9162 2.1.1, over the leaves themselves. */
function definedRoot(leaves: readonly Uint8Array[]): string {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return leafHash(leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const left = hex(definedRoot(leaves.slice(0, split)));
  const right = hex(definedRoot(leaves.slice(split)));
  return sha256(concatBytes([Uint8Array.of(1), left, right]));
}

/** Leaves and roots of the reference implementation's tests for RFC 6962. */
const knownLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hex);
const knownRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const leavesArbitrary = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 70 });

describe('the Merkle tree', () => {
  it('has the known roots of RFC 6962 at every size', () => {
    knownRoots.forEach((root, size) => {
      expect(rootOf(rangeOf(knownLeaves.slice(0, size).map(leafHash), sha256), sha256)).toBe(root);
    });
  });

  it('grows leaf by leaf into the tree that RFC 9162 defines', () => {
    fc.assert(
      fc.property(leavesArbitrary, (leaves) => {
        let range = emptyRange;
        leaves.forEach((leaf, index) => {
          range = appendLeaf(range, leafHash(leaf), sha256);
          expect(isCompactRange(range)).toBe(true);
          if (index % 7 === 0) expect(rootOf(range, sha256)).toBe(definedRoot(leaves.slice(0, index + 1)));
        });
        expect(rootOf(range, sha256)).toBe(definedRoot(leaves));
      }),
      { numRuns: 30 },
    );
  });

  it('writes the inner node over the raw bytes of its children', () => {
    const [left, right] = [sha256('left'), sha256('right')];
    const expected = sha256(concatBytes([Uint8Array.of(1), hex(left), hex(right)]));
    expect(nodeHash(left, right, sha256)).toBe(expected);
  });
});

describe('inclusion proofs', () => {
  it('are the known path of leaf 5 of the RFC 6962 tree', () => {
    const leaves = knownLeaves.map(leafHash);
    expect(inclusionProof(leaves, 5, sha256)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('prove every leaf of every tree, and nothing else', () => {
    for (let size = 1; size <= 34; size++) {
      const leaves = Array.from({ length: size }, (_, index) => sha256(`leaf ${index}`));
      const root = rootOf(rangeOf(leaves, sha256), sha256);
      leaves.forEach((leaf, index) => {
        const claim = { leafHash: leaf, index, size, root, proof: inclusionProof(leaves, index, sha256) };
        expect(verifyInclusion(claim, sha256)).toBe(true);
        expect(verifyInclusion({ ...claim, leafHash: sha256('other') }, sha256)).toBe(false);
        expect(verifyInclusion({ ...claim, index: (index + 1) % size }, sha256)).toBe(size === 1);
        expect(verifyInclusion({ ...claim, proof: [...claim.proof, root] }, sha256)).toBe(false);
        if (size > 1) expect(verifyInclusion({ ...claim, proof: claim.proof.slice(1) }, sha256)).toBe(false);
      });
    }
  });

  it('are refused for places outside the tree and hashes that are none', () => {
    const leaves = [sha256('a'), sha256('b')];
    const root = rootOf(rangeOf(leaves, sha256), sha256);
    const claim = { leafHash: leaves[0]!, index: 0, size: 2, root, proof: [leaves[1]!] };
    expect(verifyInclusion(claim, sha256)).toBe(true);
    for (const index of [-1, 2, 0.5, NaN]) expect(verifyInclusion({ ...claim, index }, sha256)).toBe(false);
    expect(verifyInclusion({ ...claim, proof: [leaves[1]!.toUpperCase()] }, sha256)).toBe(false);
    expect(() => inclusionProof(leaves, 2, sha256)).toThrow(RangeError);
  });
});

describe('consistency proofs', () => {
  it('are the known path from 6 to 8 leaves of the RFC 6962 tree', () => {
    expect(consistencyProof(knownLeaves.map(leafHash), 6, sha256)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('prove that each tree is a prefix of each later one, and no other', () => {
    const leaves = Array.from({ length: 20 }, (_, index) => sha256(`leaf ${index}`));
    const roots = leaves.map((_, index) => rootOf(rangeOf(leaves.slice(0, index + 1), sha256), sha256));
    const forked = rootOf(rangeOf([sha256('fork'), ...leaves.slice(1, 7)], sha256), sha256);
    for (let newSize = 1; newSize <= 20; newSize++) {
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const proof = consistencyProof(leaves.slice(0, newSize), oldSize, sha256);
        const claim = { oldSize, newSize, oldRoot: roots[oldSize - 1]!, newRoot: roots[newSize - 1]!, proof };
        expect(verifyConsistency(claim, sha256)).toBe(true);
        expect(verifyConsistency({ ...claim, oldRoot: forked }, sha256)).toBe(false);
        expect(verifyConsistency({ ...claim, newRoot: forked }, sha256)).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...proof, forked] }, sha256)).toBe(false);
        expect(verifyConsistency({ ...claim, oldSize: newSize + 1 }, sha256)).toBe(false);
        if (proof.length > 0) {
          expect(verifyConsistency({ ...claim, proof: proof.slice(0, -1) }, sha256)).toBe(false);
        }
      }
    }
  });

  it('cannot be made from the empty tree or beyond the last leaf', () => {
    expect(() => consistencyProof([sha256('a')], 0, sha256)).toThrow(RangeError);
    expect(() => consistencyProof([sha256('a')], 2, sha256)).toThrow(RangeError);
  });
});

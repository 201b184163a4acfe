import fc from 'fast-check';
import { consistencyProof } from '../merkle-proof.ts';
import { emptyRange, rangeOf } from '../merkle.ts';
import { sha256 } from '../node/hasher.ts';
import { extendProof } from './extend-proof.ts';

const leaves = Array.from({ length: 300 }, (_, index) => sha256(`leaf ${index}`));

async function* inPages(from: number, to: number, pageSize: number) {
  for (let at = from; at < to; at += pageSize) yield leaves.slice(at, Math.min(to, at + pageSize));
}

it('is the proof that the whole tree gives, for every small tree', async () => {
  for (let newSize = 1; newSize <= 40; newSize++) {
    for (let oldSize = 1; oldSize <= newSize; oldSize++) {
      const old = rangeOf(leaves.slice(0, oldSize), sha256);
      expect(await extendProof(old, newSize, inPages(oldSize, newSize, 7), sha256)).toEqual(
        consistencyProof(leaves.slice(0, newSize), oldSize, sha256),
      );
    }
  }
});

it('does not depend on how the leaves are paged', async () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }));
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 300 }), async ([one, other], pageSize) => {
      const [oldSize, newSize] = [Math.min(one, other), Math.max(one, other)];
      const old = rangeOf(leaves.slice(0, oldSize), sha256);
      expect(await extendProof(old, newSize, inPages(oldSize, newSize, pageSize), sha256)).toEqual(
        consistencyProof(leaves.slice(0, newSize), oldSize, sha256),
      );
    }),
  );
});

it.each([
  ['too few leaves', 5, 9, 5, 8],
  ['too many leaves', 5, 9, 5, 10],
  ['leaves where nothing was added', 5, 5, 5, 6],
  ['a tree that shrank', 9, 5, 5, 5],
])('%s are refused', async (_, oldSize, newSize, from, to) => {
  const old = rangeOf(leaves.slice(0, oldSize), sha256);
  await expect(extendProof(old, newSize, inPages(from, to, 3), sha256)).rejects.toThrow(RangeError);
});

it('nothing is proved from the empty tree', async () => {
  await expect(extendProof(emptyRange, 3, inPages(0, 3, 3), sha256)).rejects.toThrow(RangeError);
});

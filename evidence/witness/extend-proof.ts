import type { Sha256 } from '../digest.ts';
import { appendLeaves, type CompactRange, emptyRange, rootOf, splitPoint } from '../merkle.ts';

/**
 * Consistency proof (RFC 9162 2.1.4) from a tree to what it has grown to, of which the leaves after it are all that is read:
 * every hash of the proof that lies within the old tree is in its compact range. Memory for one page and two compact ranges,
 * however much was added.
 *
 * Rejects with RangeError where there are not exactly so many leaves, or where the old tree is empty, from which no proof says
 * anything.
 *
 * @param pages hashes of leaves `old.size` to `newSize`, in order
 */
export async function extendProof(
  old: CompactRange,
  newSize: number,
  pages: AsyncIterable<readonly string[]>,
  sha256: Sha256,
): Promise<string[]> {
  if (old.size < 1 || old.size > newSize)
    throw new RangeError(`No consistency proof from ${old.size} to ${newSize} leaves.`);
  const { ends, isBeyond } = siblingsOf(old.size, newSize);
  const beyond = await rootsUpTo(old.size, ends, pages, sha256);
  const within = [...old.frontier];
  const last = within.pop() ?? '';
  // The old tree itself is the verifier's own where it is one perfect subtree.
  const proof = within.length === 0 || old.size === newSize ? [] : [last];
  for (const each of isBeyond) proof.push((each ? beyond.shift() : within.pop()) ?? '');
  return proof;
}

/**
 * The subtrees beside the way from the old tree's last leaf up to the root, the deepest first: whether each lies beyond the old
 * tree, and where those that do end.
 */
function siblingsOf(oldSize: number, newSize: number): { ends: number[]; isBeyond: boolean[] } {
  const ends: number[] = [];
  const isBeyond: boolean[] = [];
  let start = 0;
  let end = newSize;
  while (end !== oldSize) {
    const middle = start + splitPoint(end - start);
    isBeyond.unshift(oldSize <= middle);
    if (oldSize <= middle) {
      ends.unshift(end);
      end = middle;
    } else {
      start = middle;
    }
  }
  return { ends, isBeyond };
}

/** Roots over the leaves from `from` on up to each end in turn. */
async function rootsUpTo(
  from: number,
  ends: readonly number[],
  pages: AsyncIterable<readonly string[]>,
  sha256: Sha256,
): Promise<string[]> {
  const roots: string[] = [];
  let range = emptyRange;
  let position = from;
  for await (const page of pages) {
    let rest = page;
    while (rest.length > 0) {
      const end = ends[roots.length];
      if (end === undefined) throw new RangeError(`There are leaves beyond ${position}.`);
      const taken = rest.slice(0, end - position);
      range = appendLeaves(range, taken, sha256);
      rest = rest.slice(taken.length);
      position += taken.length;
      if (position < end) continue;
      roots.push(rootOf(range, sha256));
      range = emptyRange;
    }
  }
  if (roots.length < ends.length) throw new RangeError(`The leaves end at ${position}.`);
  return roots;
}

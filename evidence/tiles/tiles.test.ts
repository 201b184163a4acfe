import fc from 'fast-check';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from '../merkle-proof.ts';
import { rangeOf, rootOf } from '../merkle.ts';
import { sha256 } from '../node/hasher.ts';
import { buildTiles, edgeTiles, emptyEdge, extendTiles } from './build-tiles.ts';
import { encodeTile, parseTilePath, tilePath } from './tile.ts';
import { TiledTree, TileError } from './tile-proofs.ts';
import { verifyIncrement } from './verify-increment.ts';

const leaves = Array.from({ length: 70_000 }, (_, index) => sha256(`leaf ${index}`));
const rangeAt = (size: number) => rangeOf(leaves.slice(0, size), sha256);
const rootAt = (size: number) => rootOf(rangeAt(size), sha256);
const store = (size: number) =>
  new Map(
    buildTiles(leaves.slice(0, size), sha256).map(({ tile, hashes }) => [tilePath(tile), encodeTile(hashes)]),
  );
const whole = store(leaves.length);
const checkpoint = (size: number) => ({ site: 'north-clinic', size, root: rootAt(size) });

describe('tile paths', () => {
  it('are those of the specification', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 1, index: 0, width: 17 })).toBe('tile/1/000.p/17');
    expect(tilePath({ level: 2, index: 1_000, width: 1 })).toBe('tile/2/x001/000.p/1');
  });

  it('read back, and nothing else is one', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width });
      }),
    );
    for (const path of [
      'tile/0/67',
      'tile/00/067',
      'tile/0/x000/067',
      'tile/0/001/067',
      'tile/0/067.p/0',
      'tile/0/067.p/256',
      'tile/0/067.p/07',
      'tile/7/067',
      'tile/0/067/',
      '../tile/0/067',
    ])
      expect(parseTilePath(path)).toBeUndefined();
  });
});

describe('tiles', () => {
  it('of 70,000 leaves are those the specification lists', () => {
    const tiles = [...whole.keys()].map((path) => parseTilePath(path)!);
    const count = (level: number, isFull: boolean) =>
      tiles.filter((tile) => tile.level === level && (tile.width === 256) === isFull).length;
    expect([count(0, true), count(0, false), count(1, true), count(1, false), count(2, false)]).toEqual([
      273, 1, 1, 1, 1,
    ]);
    expect(edgeTiles(70_000).map(({ width }) => width)).toEqual([112, 17, 1]);
    expect(edgeTiles(256)).toEqual([{ level: 1, index: 0, width: 1 }]);
    expect(buildTiles(leaves.slice(0, 256), sha256).map(({ tile }) => tilePath(tile))).toEqual([
      'tile/0/000',
      'tile/1/000.p/1',
    ]);
  });

  it('grow in any steps into the same files', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 5 }), (steps) => {
        let edge = emptyEdge;
        const files = new Map<string, Uint8Array>();
        for (const step of steps) {
          const grown = extendTiles(edge, leaves.slice(edge.size, edge.size + step), sha256);
          for (const { tile, hashes } of grown.tiles) files.set(tilePath(tile), encodeTile(hashes));
          edge = grown.edge;
        }
        for (const [path, bytes] of store(edge.size)) expect(files.get(path)).toEqual(bytes);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a tree read from tiles', () => {
  it('gives the very proofs that the leaves give, at sizes around every edge', async () => {
    for (const size of [1, 2, 3, 255, 256, 257, 511, 512, 513, 1_000]) {
      const files = store(size);
      const own = leaves.slice(0, size);
      const tree = new TiledTree(size, (tile) => files.get(tilePath(tile)), sha256);
      expect(await tree.root()).toBe(rootAt(size));
      for (const index of [...new Set([0, 1, 254, 255, 256, size >> 1, size - 1])].filter((n) => n < size))
        expect(await tree.inclusionProof(index)).toEqual(inclusionProof(own, index, sha256));
      for (const old of [...new Set([1, 2, 255, 256, 257, size >> 1, size])].filter(
        (n) => n > 0 && n <= size,
      )) {
        expect(await tree.consistencyProof(old)).toEqual(consistencyProof(own, old, sha256));
        expect(await tree.frontier(old)).toEqual(rangeAt(old));
      }
    }
  });

  it('reads a few tiles for a proof, however many there are', async () => {
    const size = leaves.length;
    const root = rootAt(size);
    let reads = 0;
    const count = () =>
      new TiledTree(
        size,
        (tile) => {
          reads++;
          return whole.get(tilePath(tile));
        },
        sha256,
      );
    const proof = await count().inclusionProof(12_345);
    expect(verifyInclusion({ leafHash: leaves[12_345]!, index: 12_345, size, root, proof }, sha256)).toBe(
      true,
    );
    const consistency = await count().consistencyProof(65_537);
    const claim = {
      oldSize: 65_537,
      oldRoot: rootAt(65_537),
      newSize: size,
      newRoot: root,
      proof: consistency,
    };
    expect(verifyConsistency(claim, sha256)).toBe(true);
    expect(reads).toBeLessThanOrEqual(12);
  });

  it('says which tile is missing or has another length, and does not prove with a changed one', async () => {
    const missing = new TiledTree(1_000, () => undefined, sha256);
    await expect(missing.root()).rejects.toMatchObject({
      code: 'tile_missing',
      tile: { level: 1, index: 0, width: 3 },
    });
    await expect(missing.root()).rejects.toBeInstanceOf(TileError);
    const short = new TiledTree(1_000, () => new Uint8Array(32), sha256);
    await expect(short.root()).rejects.toMatchObject({ code: 'tile_malformed' });
    const files = store(1_000);
    const changed = new TiledTree(
      1_000,
      (tile) => files.get(tilePath(tile))?.map((byte, index) => (index === 40 ? byte ^ 1 : byte)),
      sha256,
    );
    expect(await changed.root()).not.toBe(rootAt(1_000));
    const proof = await changed.inclusionProof(0);
    expect(
      verifyInclusion({ leafHash: leaves[0]!, index: 0, size: 1_000, root: rootAt(1_000), proof }, sha256),
    ).toBe(false);
  });

  it('refuses places outside it', async () => {
    const tree = new TiledTree(5, (tile) => store(5).get(tilePath(tile)), sha256);
    for (const index of [-1, 5, 0.5]) await expect(tree.inclusionProof(index)).rejects.toThrow(RangeError);
    for (const size of [0, 6]) await expect(tree.consistencyProof(size)).rejects.toThrow(RangeError);
    expect(() => new TiledTree(-1, () => undefined, sha256)).toThrow(RangeError);
  });
});

describe('an increment', () => {
  const previous = (size: number) => ({ checkpoint: checkpoint(size), frontier: rangeAt(size).frontier });

  it('leads from one checkpoint to the next without what lies before', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(600), (size, more) => {
        const verdict = verifyIncrement(
          previous(size),
          leaves.slice(size, size + more),
          checkpoint(size + more),
          sha256,
        );
        expect(verdict).toEqual({ ok: true, range: rangeAt(size + more) });
      }),
      { numRuns: 50 },
    );
  });

  const fresh = leaves.slice(300, 310);
  it.each<[string, Parameters<typeof verifyIncrement>, string]>([
    ['a leaf fewer', [previous(300), fresh.slice(1), checkpoint(310), sha256], 'size_mismatch'],
    ['a leaf more', [previous(300), [...fresh, fresh[0]!], checkpoint(310), sha256], 'size_mismatch'],
    [
      'two leaves in another order',
      [previous(300), [fresh[1]!, fresh[0]!, ...fresh.slice(2)], checkpoint(310), sha256],
      'root_mismatch',
    ],
    [
      'a leaf that is no hash',
      [previous(300), ['x', ...fresh.slice(1)], checkpoint(310), sha256],
      'root_mismatch',
    ],
    [
      'the frontier of another size',
      [{ ...previous(300), frontier: rangeAt(301).frontier }, fresh, checkpoint(310), sha256],
      'frontier_mismatch',
    ],
    [
      'a changed frontier',
      [
        { ...previous(300), frontier: rangeAt(300).frontier.map(() => leaves[0]!) },
        fresh,
        checkpoint(310),
        sha256,
      ],
      'frontier_mismatch',
    ],
    [
      'a checkpoint of another site',
      [previous(300), fresh, { ...checkpoint(310), site: 'south-clinic' }, sha256],
      'foreign_log',
    ],
    [
      'another root',
      [previous(300), fresh, { ...checkpoint(310), root: leaves[0]! }, sha256],
      'root_mismatch',
    ],
    ['an earlier size', [previous(300), [], checkpoint(290), sha256], 'size_mismatch'],
  ])('is refused with %s', (_, args, code) => {
    expect(verifyIncrement(...args)).toEqual({ ok: false, code });
  });

  it('hashes as many times for a day of a long ledger as of a short one, but for the tree being higher', () => {
    const hashesFor = (size: number) => {
      const start = previous(size);
      const end = checkpoint(size + 100);
      let hashes = 0;
      const counting = (data: Uint8Array | string) => {
        hashes++;
        return sha256(data);
      };
      expect(verifyIncrement(start, leaves.slice(size, size + 100), end, counting).ok).toBe(true);
      return hashes;
    };
    expect(hashesFor(65_000)).toBeLessThan(hashesFor(650) + 30);
  });
});

import type { Sha256 } from '../digest.ts';
import { type CompactRange, emptyRange, nodeHash, rangeOf, rootOf, splitPoint } from '../merkle.ts';
import { tileOf } from './build-tiles.ts';
import { decodeTile, type Tile, tileWidth } from './tile.ts';

/** A tile's bytes from wherever tiles are kept; undefined where it is not there. */
export type ReadTile = (tile: Tile) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** Thrown where a tile that the tree must have is missing or is not as long as it must be. */
export class TileError extends Error {
  readonly code: 'tile_missing' | 'tile_malformed';
  readonly tile: Tile;
  constructor(code: TileError['code'], tile: Tile) {
    super(
      `Tile ${tile.index} of level ${tile.level} is ${code === 'tile_missing' ? 'missing' : 'malformed'}.`,
    );
    this.name = 'TileError';
    this.code = code;
    this.tile = tile;
  }
}

/**
 * Hashes and proofs of a tree of `size` leaves, read from tiles alone: some tiles for each, however large the tree. Tiles are not
 * trusted to be right. What is read is worth something when it was verified against the root of a signed checkpoint, with
 * `verifyInclusion`, `verifyConsistency` or by comparing `root()`. All methods reject with TileError, and with RangeError for
 * places outside the tree.
 */
export class TiledTree {
  readonly size: number;
  readonly #read: ReadTile;
  readonly #sha256: Sha256;
  /** A proof comes back to the same tiles; the tree is one proof's working memory, not a cache of a log. */
  readonly #hashes = new Map<string, Promise<readonly string[]>>();

  constructor(size: number, read: ReadTile, sha256: Sha256) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`A tree cannot have ${size} leaves.`);
    this.size = size;
    this.#read = read;
    this.#sha256 = sha256;
  }

  /** Hash of leaf `index`. */
  async leaf(index: number): Promise<string> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.size)
      throw new RangeError(`Leaf ${index} is not in a tree of ${this.size} leaves.`);
    return this.#perfect(index, 1);
  }

  /** Root of the tree, or of its first `size` leaves. */
  async root(size = this.size): Promise<string> {
    return rootOf(await this.frontier(size), this.#sha256);
  }

  /** Compact range of the first `size` leaves, with which a tree is continued. */
  async frontier(size = this.size): Promise<CompactRange> {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size)
      throw new RangeError(`A tree of ${this.size} leaves had no size ${size}.`);
    if (size === 0) return emptyRange;
    return {
      size,
      frontier: await Promise.all(perfectParts(0, size).map(([start, width]) => this.#perfect(start, width))),
    };
  }

  /** Inclusion proof of leaf `index` (RFC 9162 2.1.3.1). */
  async inclusionProof(index: number): Promise<string[]> {
    await this.leaf(index);
    const path: [start: number, end: number][] = [];
    let start = 0;
    let end = this.size;
    while (end - start > 1) {
      const middle = start + splitPoint(end - start);
      path.unshift(index < middle ? [middle, end] : [start, middle]);
      if (index < middle) end = middle;
      else start = middle;
    }
    return Promise.all(path.map(([from, to]) => this.#range(from, to)));
  }

  /** Consistency proof from the first `oldSize` leaves to all (RFC 9162 2.1.4.1). */
  async consistencyProof(oldSize: number): Promise<string[]> {
    if (!Number.isSafeInteger(oldSize) || oldSize < 1 || oldSize > this.size)
      throw new RangeError(`No consistency proof from ${oldSize} to ${this.size} leaves.`);
    const path: [start: number, end: number][] = [];
    let start = 0;
    let end = this.size;
    while (end !== oldSize) {
      const middle = start + splitPoint(end - start);
      path.unshift(oldSize <= middle ? [middle, end] : [start, middle]);
      if (oldSize <= middle) end = middle;
      else start = middle;
    }
    // The old tree itself is the verifier's own where it is one perfect subtree from the first leaf on.
    if (start > 0) path.unshift([start, end]);
    return Promise.all(path.map(([from, to]) => this.#range(from, to)));
  }

  /** Root over leaves `start` to `end` (exclusive), where `start` is one at which RFC 9162 splits. */
  async #range(start: number, end: number): Promise<string> {
    const parts = perfectParts(start, end);
    const roots = await Promise.all(parts.map(([from, width]) => this.#perfect(from, width)));
    return roots.reduceRight((right, left) => nodeHash(left, right, this.#sha256));
  }

  /** Root of the perfect subtree of `width` leaves (a power of two) from `start` on. */
  async #perfect(start: number, width: number): Promise<string> {
    let level = 0;
    let nodes = width;
    for (; nodes >= tileWidth; nodes /= tileWidth) level++;
    const first = start / tileWidth ** level;
    const hashes = await this.#tile(tileOf(level, first, this.size));
    const offset = first % tileWidth;
    return rootOf(rangeOf(hashes.slice(offset, offset + nodes), this.#sha256), this.#sha256);
  }

  #tile(tile: Tile): Promise<readonly string[]> {
    const key = `${tile.level}/${tile.index}`;
    const known = this.#hashes.get(key);
    if (known) return known;
    const reading = this.#readTile(tile);
    this.#hashes.set(key, reading);
    return reading;
  }

  async #readTile(tile: Tile): Promise<readonly string[]> {
    const bytes = await this.#read(tile);
    if (!bytes) throw new TileError('tile_missing', tile);
    const hashes = decodeTile(bytes, tile.width);
    if (!hashes) throw new TileError('tile_malformed', tile);
    return hashes;
  }
}

/** The perfect subtrees that leaves `start` to `end` form, left to right: first leaf and number of leaves. */
function perfectParts(start: number, end: number): [start: number, width: number][] {
  const parts: [number, number][] = [];
  for (let from = start; from < end;) {
    let width = 1;
    while (width * 2 <= end - from) width *= 2;
    parts.push([from, width]);
    from += width;
  }
  return parts;
}

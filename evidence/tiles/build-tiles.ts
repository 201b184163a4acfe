import type { Sha256 } from '../digest.ts';
import { rangeOf, rootOf } from '../merkle.ts';
import { maxTileLevel, type Tile, tileWidth } from './tile.ts';

/** A tile and the hashes in it, hex. */
export interface BuiltTile {
  readonly tile: Tile;
  readonly hashes: readonly string[];
}

/** The right edge of a tree in tiles: per level the hashes of its last, partial tile; an empty list where there is none. */
export interface TileEdge {
  readonly size: number;
  readonly partials: readonly (readonly string[])[];
}

export const emptyEdge: TileEdge = { size: 0, partials: [] };

/**
 * Tiles that come anew when `leafHashes` are appended to the tree that ends in `edge`: every tile that became full, and the
 * partial ones of the new size. Work is in proportion to the new leaves and the tree's height. Partial tiles of the old size
 * stay valid and may be thrown away.
 */
export function extendTiles(
  edge: TileEdge,
  leafHashes: readonly string[],
  sha256: Sha256,
): { tiles: BuiltTile[]; edge: TileEdge } {
  const tiles: BuiltTile[] = [];
  const partials: (readonly string[])[] = [];
  let arriving: readonly string[] = leafHashes;
  let nodes = edge.size;
  for (let level = 0; level <= maxTileLevel; level++) {
    const before = edge.partials[level] ?? [];
    if (nodes === 0 && arriving.length === 0) break;
    let index = Math.floor(nodes / tileWidth);
    const waiting = [...before, ...arriving];
    const full: string[] = [];
    let start = 0;
    for (; waiting.length - start >= tileWidth; start += tileWidth) {
      const hashes = waiting.slice(start, start + tileWidth);
      tiles.push({ tile: { level, index: index++, width: tileWidth }, hashes });
      full.push(rootOf(rangeOf(hashes, sha256), sha256));
    }
    const rest = waiting.slice(start);
    if (rest.length > 0 && arriving.length > 0)
      tiles.push({ tile: { level, index, width: rest.length }, hashes: rest });
    partials.push(rest);
    nodes = Math.floor(nodes / tileWidth);
    arriving = full;
  }
  return { tiles, edge: { size: edge.size + leafHashes.length, partials } };
}

/** All tiles of the tree of `leafHashes`. */
export function buildTiles(leafHashes: readonly string[], sha256: Sha256): BuiltTile[] {
  return extendTiles(emptyEdge, leafHashes, sha256).tiles;
}

/** The partial tiles of a tree of `size` leaves that are not empty. */
export function edgeTiles(size: number): Tile[] {
  const tiles: Tile[] = [];
  let nodes = size;
  for (let level = 0; nodes > 0; level++) {
    const width = nodes % tileWidth;
    if (width > 0) tiles.push({ level, index: Math.floor(nodes / tileWidth), width });
    nodes = Math.floor(nodes / tileWidth);
  }
  return tiles;
}

/** The tile that holds node `node` (256^level leaves each) in a tree of `size` leaves: full, or as wide as the tree is then. */
export function tileOf(level: number, node: number, size: number): Tile {
  const index = Math.floor(node / tileWidth);
  const nodes = Math.floor(size / tileWidth ** level);
  return { level, index, width: Math.min(tileWidth, nodes - index * tileWidth) };
}

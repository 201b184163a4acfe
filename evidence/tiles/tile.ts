import { decodeHex, encodeHex } from '../bytes.ts';

/**
 * Tiles (c2sp.org/tlog-tiles): the Merkle tree of a log as files of up to 256 hashes each. Tile n of level l has the roots of
 * the subtrees of 256^l leaves from number n * 256 on.
 */
export interface Tile {
  /** 0 for leaf hashes, 1 for roots of full tiles of level 0, and so on. */
  readonly level: number;
  /** Number of the tile within its level, from 0. */
  readonly index: number;
  /** Hashes in it: 256 in a full tile, 1 to 255 in the last of a level. */
  readonly width: number;
}

export const tileWidth = 256;
/** 256^6 leaves are the most that exact numbers count in whole tiles. */
export const maxTileLevel = 6;

/** Path of a tile under the log's prefix, as `tile/0/x001/x234/067` or, of a partial tile, `tile/0/000.p/17`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  const path = groups.map((group, place) => (place === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${path}${width === tileWidth ? '' : `.p/${width}`}`;
}

/** The tile of a path; undefined for anything that `tilePath` does not write. */
export function parseTilePath(path: string): Tile | undefined {
  const match = /^tile\/(\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const tile = {
    level: Number(match[1]),
    index: Number(match[2].replaceAll(/[x/]/g, '')),
    width: match[3] === undefined ? tileWidth : Number(match[3]),
  };
  return isTile(tile) && tilePath(tile) === path ? tile : undefined;
}

function isTile({ level, index, width }: Tile): boolean {
  return level <= maxTileLevel && Number.isSafeInteger(index) && width >= 1 && width <= tileWidth;
}

/** Hashes one after the other, 32 bytes each, as a tile is stored. Throws RangeError for a hash that is none. */
export function encodeTile(hashes: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * 32);
  hashes.forEach((hash, index) => {
    const raw = decodeHex(hash);
    if (raw?.length !== 32) throw new RangeError('A tile holds SHA-256 hashes.');
    bytes.set(raw, index * 32);
  });
  return bytes;
}

/** The hashes of a stored tile, or undefined where it has not `width` of them. */
export function decodeTile(bytes: Uint8Array, width: number): string[] | undefined {
  if (bytes.length !== width * 32) return undefined;
  return Array.from({ length: width }, (_, index) => encodeHex(bytes.subarray(index * 32, index * 32 + 32)));
}

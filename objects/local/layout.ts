import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from './local-error.ts';

/**
 * Where a key's files lie. A segment of a key is a directory, the last one the stem of files: `<stem>=object`,
 * `<stem>=lock-000001`, `<stem>=hold-000001`; keys have no `=`, so nothing can be taken for something else. Segments that begin
 * with nine digits lie in a directory of those, `=000000123`: a thousand entries of a ledger each, so that a directory is read
 * and sorted in little memory however long the ledger is.
 */
export interface Place {
  directory: string;
  /** Of the files of the key, in `directory`. */
  stem: string;
}

export const temporaryName = '=tmp';
const objectSuffix = '=object';
const shard = /^\d{9}/;

export function placeOf(root: string, key: string): Place {
  const segments = key.split('/').map((segment) => {
    const digits = shard.exec(segment)?.[0];
    return digits === undefined ? [segment] : [`=${digits}`, segment];
  });
  const path = segments.flat();
  const stem = path.pop() ?? '';
  return { directory: join(root, ...path), stem };
}

export function objectFile({ directory, stem }: Place): string {
  return join(directory, `${stem}${objectSuffix}`);
}

export type SidecarKind = 'lock' | 'hold';

/** Sidecar `number`, from 1. */
export function sidecarFile({ directory, stem }: Place, kind: SidecarKind, number: number): string {
  return join(directory, `${stem}=${kind}-${String(number).padStart(6, '0')}`);
}

/** Keys of all objects that begin with `prefix` and come after `after`, ascending by UTF-16 code units. */
export function listKeys(
  root: string,
  prefix: string,
  after: string,
): AsyncGenerator<string, void, undefined> {
  return walk(root, '', prefix, after);
}

/** An object, or a directory whose keys all begin with `begin`. */
interface Item {
  begin: string;
  directory?: string;
}

async function* walk(
  directory: string,
  above: string,
  prefix: string,
  after: string,
): AsyncGenerator<string, void, undefined> {
  const items = (await readItems(directory, above)).filter(({ begin, directory: isContainer }) =>
    isContainer === undefined
      ? begin.startsWith(prefix) && begin > after
      : (begin.startsWith(prefix) || prefix.startsWith(begin)) && (begin > after || after.startsWith(begin)),
  );
  items.sort((one, other) => (one.begin < other.begin ? -1 : 1));
  for (const { begin, directory: inner } of items) {
    if (inner === undefined) yield begin;
    // The keys of a shard still lack the name that is in it.
    else yield* walk(inner, begin.endsWith('/') ? begin : above, prefix, after);
  }
}

async function readItems(directory: string, above: string): Promise<Item[]> {
  let entries;
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
  return entries.flatMap((entry): Item[] => {
    const { name } = entry;
    if (entry.isDirectory()) {
      if (name === temporaryName) return [];
      const begin = name.startsWith('=') ? `${above}${name.slice(1)}` : `${above}${name}/`;
      return [{ begin, directory: join(directory, name) }];
    }
    return entry.isFile() && name.endsWith(objectSuffix)
      ? [{ begin: `${above}${name.slice(0, -objectSuffix.length)}` }]
      : [];
  });
}

import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StoredObject } from '../../domain/retention/stored-object.ts';
import { ObjectStoreError } from '../object-store-error.ts';
import { maxObjectBytes, type ObjectStore, type PutOptions, type StoreLevel } from '../object-store.ts';
import { parseKey, parsePrefix, parsePut, parseTime, sha256Of } from '../parse-request.ts';
import { refuseRemoval } from '../refuse-removal.ts';
import { within } from '../within.ts';
import { canMark, isImmutable, mark } from './immutable-mark.ts';
import { listKeys, objectFile, type Place, placeOf, temporaryName } from './layout.ts';
import { errorCodeOf, localError } from './local-error.ts';
import { addHold, addLock, isHeld, longestLock, readHolds, readLocks } from './sidecars.ts';
import { makeDirectories, writeOnce } from './write-once.ts';

export interface LocalStoreOptions {
  /** Made where it is missing. Nothing else belongs in it. */
  directory: string;
  now: () => Date;
  /**
   * False: files are not marked immutable, so that the directory can be deleted by whoever may write to it; the store is
   * advisory then.
   */
  immutable?: boolean;
  /** Limit of one call; 30 seconds without it. */
  timeoutMs?: number;
}

/** A put lasts seconds: what lies among the drafts for longer was left by a process that was killed. */
const abandonedAfterMs = 3_600_000;

/**
 * Opens the store of one machine: files that are written once, durably, and then marked immutable where this machine can do
 * that, which is found out here by doing it. Any number of processes may use the same directory.
 *
 * @throws ObjectStoreError misconfigured, full, unavailable
 */
export async function openLocalObjectStore(options: LocalStoreOptions): Promise<ObjectStore> {
  const root = resolve(options.directory);
  const temporary = join(root, temporaryName);
  const prepare = async () => {
    await mkdir(temporary, { recursive: true, mode: 0o755 });
    await sweep(temporary, options.now().getTime());
    if (options.immutable === false) return 'advisory';
    return (await canMark(temporary)) ? 'immutable' : 'advisory';
  };
  try {
    const level = await within(`opening ${root}`, options.timeoutMs ?? 30_000, prepare());
    return new LocalObjectStore(level, root, temporary, options);
  } catch (error) {
    throw localError(`the object store ${root} cannot be opened`, error);
  }
}

async function sweep(temporary: string, now: number): Promise<void> {
  for (const name of await readdir(temporary)) {
    const file = join(temporary, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs < abandonedAfterMs) continue;
    await unlink(file).catch(async () => {
      await mark([file], false);
      await unlink(file).catch(() => undefined);
    });
  }
}

class LocalObjectStore implements ObjectStore {
  readonly level: StoreLevel;
  readonly #root: string;
  readonly #temporary: string;
  readonly #now: () => Date;
  readonly #timeoutMs: number;

  constructor(level: StoreLevel, root: string, temporary: string, options: LocalStoreOptions) {
    this.level = level;
    this.#root = root;
    this.#temporary = temporary;
    this.#now = options.now;
    this.#timeoutMs = options.timeoutMs ?? 30_000;
  }

  put(key: string, bytes: Uint8Array, options: PutOptions): Promise<'stored' | 'present'> {
    return this.#do(`storing ${key}`, async () => {
      const { sha256, retainUntil } = parsePut(key, bytes, options);
      const place = placeOf(this.#root, key);
      await makeDirectories(this.#root, place.directory);
      await this.#refuseOther(place, key, sha256);
      // The retention first: an object that can be seen has one.
      await this.#lock(place, { sha256, bytes: bytes.length, retainUntil });
      const file = objectFile(place);
      const isNew = await writeOnce(file, bytes, this.#temporary);
      if (!isNew) await this.#refuseOther(place, key, sha256);
      await this.#mark([file]);
      return isNew ? 'stored' : 'present';
    });
  }

  get(key: string): Promise<Uint8Array> {
    return this.#do(`reading ${key}`, async () => {
      const place = placeOf(this.#root, parseKey(key));
      const bytes = await readBounded(objectFile(place), key);
      if (longestLock(await readLocks(place), sha256Of(bytes)) === undefined) {
        throw new ObjectStoreError('damaged', `${key} is not what was stored`);
      }
      return bytes;
    });
  }

  head(key: string): Promise<StoredObject> {
    return this.#do(`reading ${key}`, () => this.#describe(parseKey(key)));
  }

  async *list(prefix: string, { after = '' }: { after?: string } = {}): AsyncGenerator<StoredObject> {
    parsePrefix(prefix);
    const keys = listKeys(this.#root, prefix, after);
    for (;;) {
      const next = await this.#do(`listing ${prefix}`, () => keys.next());
      if (next.done) return;
      const key = next.value;
      const found = await this.#do(`reading ${key}`, () => this.#describe(key)).catch(unlessGone);
      if (found) yield found;
    }
  }

  extendRetention(key: string, until: string): Promise<void> {
    return this.#do(`prolonging ${key}`, async () => {
      const retainUntil = parseTime(until);
      const place = placeOf(this.#root, parseKey(key));
      const bytes = await readBounded(objectFile(place), key);
      const sha256 = sha256Of(bytes);
      if (longestLock(await readLocks(place), sha256) === undefined) {
        throw new ObjectStoreError('damaged', `${key} is not what was stored`);
      }
      await this.#lock(place, { sha256, bytes: bytes.length, retainUntil });
    });
  }

  setLegalHold(key: string, on: boolean): Promise<void> {
    return this.#do(`holding ${key}`, async () => {
      const place = placeOf(this.#root, parseKey(key));
      await stat(objectFile(place));
      if (isHeld(await readHolds(place)) === on) return;
      const recordedAt = this.#now().toISOString();
      await this.#mark([await addHold(place, { on, recordedAt }, this.#temporary)]);
    });
  }

  removeExpired(key: string): Promise<void> {
    return this.#do(`removing ${key}`, async () => {
      const place = placeOf(this.#root, parseKey(key));
      const found = await this.#describe(key).catch(unlessGone);
      if (found) refuseRemoval(found, this.#now());
      const [locks, holds] = [await readLocks(place), await readHolds(place)];
      // The last numbers first: a kill in the middle leaves no gap in them.
      const files = [...locks, ...holds].map(({ file }) => file).reverse();
      const all = [...(found ? [objectFile(place)] : []), ...files];
      if (all.length === 0) return;
      await mark(all, false);
      for (const file of all) await unlink(file);
    });
  }

  close(): void {
    // Nothing is kept open between calls.
  }

  async #describe(key: string): Promise<StoredObject> {
    const place = placeOf(this.#root, key);
    const file = objectFile(place);
    const { size } = await stat(file);
    // Nobody could have stored what is larger; whoever put it there must not stop a listing by it.
    const sha256 = size > maxObjectBytes ? undefined : sha256Of(await readBounded(file, key));
    const lock = sha256 === undefined ? undefined : longestLock(await readLocks(place), sha256);
    const isMarked = lock !== undefined && (await isImmutable(file)) && (await isImmutable(lock.file));
    return {
      key,
      bytes: size,
      sha256,
      retainUntil: lock?.retainUntil,
      mode: lock === undefined ? 'none' : isMarked ? 'immutable' : 'advisory',
      legalHold: isHeld(await readHolds(place)),
      covered: false,
    };
  }

  /** @throws ObjectStoreError conflict where there is an object with another hash */
  async #refuseOther(place: Place, key: string, sha256: string): Promise<void> {
    const present = await readBounded(objectFile(place), key).catch(unlessGone);
    if (present !== undefined && sha256Of(present) !== sha256) {
      throw new ObjectStoreError('conflict', `${key} holds other content already`);
    }
  }

  /** Records a retention unless one as long is there. */
  async #lock(place: Place, wanted: { sha256: string; bytes: number; retainUntil: string }): Promise<void> {
    const present = longestLock(await readLocks(place), wanted.sha256);
    if (present !== undefined && Date.parse(present.retainUntil) >= Date.parse(wanted.retainUntil)) {
      await this.#mark([present.file]);
      return;
    }
    const recordedAt = this.#now().toISOString();
    await this.#mark([await addLock(place, { ...wanted, recordedAt }, this.#temporary)]);
  }

  /** Marks what is not marked yet; after a kill that may be files of long ago. */
  async #mark(files: readonly string[]): Promise<void> {
    if (this.level !== 'immutable') return;
    for (const file of files) if (!(await isImmutable(file))) await mark([file], true);
  }

  async #do<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await within(what, this.#timeoutMs, work());
    } catch (error) {
      throw localError(what, error);
    }
  }
}

/** The whole file, where it is no larger than an object can be. */
async function readBounded(file: string, key: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > maxObjectBytes) throw new ObjectStoreError('damaged', `${key} has ${size} bytes`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function unlessGone(error: unknown): undefined {
  if (errorCodeOf(error) === 'ENOENT') return undefined;
  if (error instanceof ObjectStoreError && error.code === 'not_found') return undefined;
  throw error;
}

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { digestSchema } from '../../evidence/digest.ts';
import { errorCodeOf } from './local-error.ts';
import { type Place, type SidecarKind, sidecarFile } from './layout.ts';
import { writeOnce } from './write-once.ts';

/**
 * What is known of an object besides its content, beside it in files that are written once: each prolongation and each change
 * of the hold is a file more, numbered from 1 without gaps.
 */

const lockSchema = z.strictObject({
  /** Of the content that is locked: what was recorded for other content is none of this object's. */
  sha256: digestSchema,
  bytes: z.number().int().min(0),
  retainUntil: z.iso.datetime(),
  recordedAt: z.iso.datetime(),
});
export type Lock = z.output<typeof lockSchema>;

const holdSchema = z.strictObject({ on: z.boolean(), recordedAt: z.iso.datetime() });
export type Hold = z.output<typeof holdSchema>;

const maxSidecars = 10_000;

/** A sidecar with its file; one that cannot be read as one has no value. */
interface Numbered<T> {
  file: string;
  value: T | undefined;
}

export function readLocks(place: Place): Promise<Numbered<Lock>[]> {
  return readAll(place, 'lock', lockSchema);
}

export function readHolds(place: Place): Promise<Numbered<Hold>[]> {
  return readAll(place, 'hold', holdSchema);
}

export function addLock(place: Place, lock: Lock, temporary: string): Promise<string> {
  return add(place, 'lock', lock, temporary);
}

export function addHold(place: Place, hold: Hold, temporary: string): Promise<string> {
  return add(place, 'hold', hold, temporary);
}

/** The lock that lasts longest of those on content with this hash. */
export function longestLock(
  locks: readonly Numbered<Lock>[],
  sha256: string,
): (Lock & { file: string }) | undefined {
  let longest: (Lock & { file: string }) | undefined;
  for (const { file, value } of locks) {
    if (value?.sha256 !== sha256) continue;
    if (longest === undefined || Date.parse(longest.retainUntil) < Date.parse(value.retainUntil)) {
      longest = { ...value, file };
    }
  }
  return longest;
}

/** Whether a hold is on: the last change counts; one that cannot be read counts as on, so that damage frees nothing. */
export function isHeld(holds: readonly Numbered<Hold>[]): boolean {
  const last = holds.at(-1);
  return last !== undefined && (last.value?.on ?? true);
}

async function add(place: Place, kind: SidecarKind, value: Lock | Hold, temporary: string): Promise<string> {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  for (let number = 1; number <= maxSidecars; number++) {
    const file = sidecarFile(place, kind, number);
    if (await writeOnce(file, bytes, temporary)) return file;
  }
  throw new Error(`${place.stem} has ${maxSidecars} records of its ${kind}`);
}

async function readAll<T>(place: Place, kind: SidecarKind, schema: z.ZodType<T>): Promise<Numbered<T>[]> {
  const found: Numbered<T>[] = [];
  for (let number = 1; number <= maxSidecars; number++) {
    const file = sidecarFile(place, kind, number);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if (errorCodeOf(error) === 'ENOENT') return found;
      throw error;
    }
    found.push({ file, value: parse(text, schema) });
  }
  return found;
}

function parse<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

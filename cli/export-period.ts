import type { LedgerEntry, LedgerHead } from '../evidence/ledger.ts';
import type { DisclosedEntry } from '../persistence/ledger.ts';
import { emptyHead } from '../evidence/ledger.ts';
import { appendLeaf } from '../evidence/merkle.ts';
import type { Sha256 } from '../evidence/digest.ts';

/** From when until when, both inclusive, by the time the ledger took an entry; milliseconds since epoch. */
export interface Period {
  fromMs: number;
  toMs: number;
}

/** The part of a ledger that falls into a period. */
export interface LedgerPart {
  /** The ledger's head before the part. */
  start: LedgerHead;
  /** When its first entry was recorded; undefined where it has none. */
  firstAt: string | undefined;
  /** Its entries, read as they are taken; taken once. */
  entries: AsyncIterable<DisclosedEntry>;
  /** The ledger's head after the entries that have been taken so far. */
  end: () => LedgerHead;
}

/** The whole days or moments that `--from` and `--to` name; a bare day means all of it, in UTC. */
export function parsePeriod(from: string | undefined, to: string | undefined): Period | undefined {
  const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
  const fromMs = from === undefined ? -Infinity : Date.parse(from);
  const toMs = to === undefined ? Infinity : Date.parse(isDay(to) ? `${to}T23:59:59.999Z` : to);
  return Number.isNaN(fromMs) || Number.isNaN(toMs) || fromMs > toMs ? undefined : { fromMs, toMs };
}

/**
 * Walks a ledger's entries, given in order from the first, up to the part in the period. The part has no gaps: it begins with the
 * first entry not before the period and ends before the first one after it.
 */
export async function partInPeriod(
  site: string,
  pages: AsyncIterable<readonly DisclosedEntry[]>,
  { fromMs, toMs }: Period,
  sha256: Sha256,
): Promise<LedgerPart> {
  const time = ({ recordedAt }: LedgerEntry) => Date.parse(recordedAt);
  const isBefore = (entry: LedgerEntry) => time(entry) < fromMs;
  return partOf(site, pages, { isBefore, isAfter: (entry) => time(entry) > toMs }, sha256);
}

/** The part from the first entry that is not before it to the last one ahead of the first that is after it. */
export async function partOf(
  site: string,
  pages: AsyncIterable<readonly DisclosedEntry[]>,
  { isBefore, isAfter }: Record<'isBefore' | 'isAfter', (entry: LedgerEntry) => boolean>,
  sha256: Sha256,
): Promise<LedgerPart> {
  const all = flatten(pages);
  let head = emptyHead(site, sha256);
  const grow = (entry: LedgerEntry) => {
    const { size, frontier } = appendLeaf(head, entry.entryHash, sha256);
    head = { site, size, headHash: entry.entryHash, frontier };
  };

  let next = await all.next();
  while (!next.done && isBefore(next.value.entry)) {
    grow(next.value.entry);
    next = await all.next();
  }
  const first = next.done || isAfter(next.value.entry) ? undefined : next.value;
  async function* entries() {
    for (let next = first; next && !isAfter(next.entry);) {
      grow(next.entry);
      yield next;
      const following = await all.next();
      next = following.done ? undefined : following.value;
    }
  }
  return { start: head, firstAt: first?.entry.recordedAt, entries: entries(), end: () => head };
}

async function* flatten(
  pages: AsyncIterable<readonly DisclosedEntry[]>,
): AsyncGenerator<DisclosedEntry, undefined> {
  for await (const page of pages) yield* page;
  return undefined;
}

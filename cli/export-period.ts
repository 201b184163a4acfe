import type { LedgerEntry, LedgerHead } from '../evidence/ledger.ts';
import { emptyHead } from '../evidence/ledger.ts';
import { appendLeaf } from '../evidence/merkle.ts';
import type { Sha256 } from '../evidence/digest.ts';

/** From when until when, both inclusive, by the time the ledger took an entry; milliseconds since epoch. */
export interface Period {
  fromMs: number;
  toMs: number;
}

/** The part of a ledger that falls into a period: heads before and after it, and its entries. */
export interface LedgerPart {
  start: LedgerHead;
  end: LedgerHead;
  entries: LedgerEntry[];
}

/** The whole days or moments that `--from` and `--to` name; a bare day means all of it, in UTC. */
export function parsePeriod(from: string | undefined, to: string | undefined): Period | undefined {
  const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
  const fromMs = from === undefined ? -Infinity : Date.parse(from);
  const toMs = to === undefined ? Infinity : Date.parse(isDay(to) ? `${to}T23:59:59.999Z` : to);
  return Number.isNaN(fromMs) || Number.isNaN(toMs) || fromMs > toMs ? undefined : { fromMs, toMs };
}

/**
 * Walks a ledger's entries, given in order from the first, and keeps the part in the period. The part has no gaps: it
 * begins with the first entry not before the period and ends before the first one after it.
 */
export async function partInPeriod(
  site: string,
  pages: AsyncIterable<readonly LedgerEntry[]>,
  { fromMs, toMs }: Period,
  sha256: Sha256,
): Promise<LedgerPart> {
  let start = emptyHead(site, sha256);
  let end = start;
  const entries: LedgerEntry[] = [];
  for await (const page of pages) {
    for (const entry of page) {
      const recordedMs = Date.parse(entry.recordedAt);
      if (recordedMs > toMs) return { start, end, entries };
      const { size, frontier } = appendLeaf(end, entry.entryHash, sha256);
      end = { site, size, headHash: entry.entryHash, frontier: [...frontier] };
      if (entries.length > 0 || recordedMs >= fromMs) entries.push(entry);
      else start = end;
    }
  }
  return { start, end, entries };
}

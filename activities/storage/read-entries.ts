import { z } from 'zod';
import type { LedgerEntry } from '../../evidence/ledger.ts';
import type { StorageContext } from './ports.ts';

/** The next entries, `limit` at most; up to the first whose row can no longer be read as one, where there is such a row. */
export async function readEntries(
  { ledger }: Pick<StorageContext, 'ledger'>,
  site: string,
  from: number,
  limit: number,
): Promise<LedgerEntry[]> {
  try {
    return limit === 0 ? [] : await ledger.read(site, from, limit);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const half = Math.floor(limit / 2);
    if (half === 0) return [];
    const first = await readEntries({ ledger }, site, from, half);
    return first.length < half
      ? first
      : [...first, ...(await readEntries({ ledger }, site, from + half, limit - half))];
  }
}

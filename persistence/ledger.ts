import { Between, type DataSource, type EntityManager } from 'typeorm';
import type { Disclosure } from '../evidence/disclosure/commitment.ts';
import type { LedgerEntry, LedgerHead } from '../evidence/ledger.ts';
import { entryDisclosureEntity, ledgerEntryEntity, ledgerHeadEntity } from './entities/entities.ts';
import { createGroupCommit } from './group-commit.ts';
import {
  createLedgerAppender,
  type Appended,
  type LedgerOptions,
  type LedgerRecord,
} from './ledger-append.ts';
import { disclosuresOf, entryOf, headOf } from './ledger-rows.ts';
import { isValueRefused, siteUnknown } from './persistence-error.ts';
import { inSite } from './scope.ts';

/** What a site's ledger holds. */
export interface LedgerSummary {
  site: string;
  entries: number;
  /** Absent, as the times, while the ledger is empty. */
  headHash?: string;
  firstRecordedAt?: string;
  lastRecordedAt?: string;
  /** Signed note of the newest checkpoint. */
  checkpoint?: string;
}

/** An entry, and what opens its hidden fields: nothing where it has none, or where the disclosures were erased. */
export interface DisclosedEntry {
  entry: LedgerEntry;
  disclosures: readonly Disclosure[];
}

/** The ledgers of all sites: entries are added and read, never changed. Rejects with PersistenceError. */
export interface Ledger {
  /**
   * Appends a signed envelope to its site's ledger. Resolves when it is on disk. Idempotent by `recordId`: a known one
   * resolves to its entry with `appended` false. The chain has no gaps, whatever number of processes append.
   */
  append(record: LedgerRecord): Promise<Appended>;
  /** Entries from `fromSeq` on, in order, `limit` at most. */
  read(site: string, fromSeq: number, limit: number): Promise<LedgerEntry[]>;
  /** The same entries as `read`, each with its disclosures. */
  readDisclosed(site: string, fromSeq: number, limit: number): Promise<DisclosedEntry[]>;
  /** Hashes of the entries from `fromSeq` on, in order, `limit` at most. */
  readHashes(site: string, fromSeq: number, limit: number): Promise<string[]>;
  head(site: string): Promise<LedgerHead>;
  /** The end of the ledger and the newest signed note, as they were at one moment. */
  checkpointed(site: string): Promise<{ head: LedgerHead; checkpoint?: string }>;
  summary(site: string): Promise<LedgerSummary>;
}

export function createLedger(dataSource: DataSource, options: LedgerOptions): Ledger {
  const groups = createGroupCommit(createLedgerAppender(dataSource, options), isValueRefused);
  return {
    append: (record) => groups.add(record.site, record),

    read: (site, fromSeq, limit) =>
      inSite(dataSource, site, (manager) => readEntries(manager, site, fromSeq, limit)),

    readDisclosed: (site, fromSeq, limit) =>
      inSite(dataSource, site, async (manager) => {
        const entries = await readEntries(manager, site, fromSeq, limit);
        const lastSeq = entries.at(-1)?.seq;
        if (lastSeq === undefined) return [];
        const rows = await manager.findBy(entryDisclosureEntity, { site, seq: Between(fromSeq, lastSeq) });
        const disclosures = new Map(rows.map((row) => [row.seq, disclosuresOf(row)]));
        return entries.map((entry) => ({ entry, disclosures: disclosures.get(entry.seq) ?? [] }));
      }),

    readHashes: (site, fromSeq, limit) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.query<{ entry_hash: string }[]>(
          'select entry_hash from ledger_entry where site = $1 and seq >= $2 order by seq limit $3',
          [site, fromSeq, limit],
        );
        return rows.map(({ entry_hash: hash }) => hash);
      }),

    checkpointed: (site) =>
      inSite(dataSource, site, async (manager) => {
        const row = await headRow(manager, site);
        return { head: headOf(row), ...(row.checkpoint !== null && { checkpoint: row.checkpoint }) };
      }),

    head: (site) => inSite(dataSource, site, async (manager) => headOf(await headRow(manager, site))),

    summary: (site) =>
      inSite(dataSource, site, async (manager) => {
        const { size, headHash, checkpoint } = await headRow(manager, site);
        const [times] = await manager.query<{ first: Date | null; last: Date | null }[]>(
          `select min(recorded_at) as first, max(recorded_at) as last
           from ledger_entry where site = $1 and seq in (0, $2::integer - 1)`,
          [site, size],
        );
        return {
          site,
          entries: size,
          ...(headHash !== null && { headHash }),
          ...(times?.first && { firstRecordedAt: times.first.toISOString() }),
          ...(times?.last && { lastRecordedAt: times.last.toISOString() }),
          ...(checkpoint !== null && { checkpoint }),
        };
      }),
  };
}

async function readEntries(
  manager: EntityManager,
  site: string,
  fromSeq: number,
  limit: number,
): Promise<LedgerEntry[]> {
  const rows = await manager
    .createQueryBuilder(ledgerEntryEntity, 'entry')
    .where('entry.site = :site and entry.seq >= :fromSeq', { site, fromSeq })
    .orderBy('entry.seq')
    .limit(limit)
    .getMany();
  return rows.map(entryOf);
}

async function headRow(manager: EntityManager, site: string) {
  const row = await manager.findOneBy(ledgerHeadEntity, { site });
  if (!row) throw siteUnknown(site);
  return row;
}

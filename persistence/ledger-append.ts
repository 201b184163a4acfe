import type { DataSource, EntityManager } from 'typeorm';
import type { Envelope } from '../contracts/order.ts';
import type { Story } from '../contracts/story.ts';
import type { Disclosure } from '../evidence/disclosure/commitment.ts';
import { appendEntry, type LedgerEntry, type LedgerHead } from '../evidence/ledger.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { lockHead, recordsAmong } from './ledger-rows.ts';
import { projectionArguments } from './projection.ts';
import { inSite, query } from './scope.ts';

/** What shall be put on record. */
export interface LedgerRecord {
  site: string;
  /** A record made twice is one entry. */
  recordId: string;
  envelope: Envelope;
  /** What opens the envelope's hidden fields; stored in the same transaction. A record made twice keeps those of its entry. */
  disclosures?: readonly Disclosure[];
  /** Projected in the same transaction, with the entry's number added to `ledgerEntries`. */
  story?: Story;
}

/** Where a record is, and whether this call put it there. */
export interface Appended {
  seq: number;
  appended: boolean;
}

/** How ledgers are written. */
export interface LedgerOptions {
  /** Milliseconds since epoch. */
  nowMs: () => number;
  /** Makes the signed note of a checkpoint, once a group of entries. Without it none is kept. */
  signCheckpoint?: ((head: LedgerHead) => string) | undefined;
}

/**
 * Appends groups of records of one site, each group in one transaction. Where this process wrote last, that is a single
 * statement; otherwise the end of the ledger is read under its lock first.
 */
export function createLedgerAppender(
  dataSource: DataSource,
  options: LedgerOptions,
): (site: string, records: LedgerRecord[]) => Promise<Appended[]> {
  /** Where this process left each ledger. A guess: the database compares it under the ledger's lock. */
  const lastSeen = new Map<string, LedgerHead>();

  return async (site, records) => {
    const unique = [...new Map(records.map((record) => [record.recordId, record])).values()];
    const guess = lastSeen.get(site);
    lastSeen.delete(site);
    const { head, known } =
      (guess && (await appendAfter(dataSource, guess, unique, options))) ??
      (await appendUnderLock(dataSource, site, unique, options));
    lastSeen.set(site, head);
    return inOrderAsked(records, known);
  };
}

/** The end of the ledger, and where each record is. */
interface Outcome {
  head: LedgerHead;
  known: Map<string, Appended>;
}

async function appendUnderLock(
  dataSource: DataSource,
  site: string,
  records: LedgerRecord[],
  options: LedgerOptions,
): Promise<Outcome> {
  return inSite(dataSource, site, async (manager) => {
    const head = await lockHead(manager, site);
    const before = await recordsAmong(
      manager,
      site,
      records.map(({ recordId }) => recordId),
    );
    const known = new Map([...before].map(([recordId, seq]) => [recordId, { seq, appended: false }]));
    const missing = records.filter(({ recordId }) => !known.has(recordId));
    if (missing.length === 0) return { head, known };
    const outcome = await appendAfter(manager, head, missing, options);
    if (!outcome) throw new Error('unreachable: the ledger grew while it was locked');
    return { head: outcome.head, known: new Map([...known, ...outcome.known]) };
  });
}

/** Appends all records in one statement; undefined where the ledger does not end at `head` or has one of them. */
async function appendAfter(
  via: DataSource | EntityManager,
  head: LedgerHead,
  records: LedgerRecord[],
  options: LedgerOptions,
): Promise<Outcome | undefined> {
  const recordedAt = new Date(options.nowMs()).toISOString();
  const entries: LedgerEntry[] = [];
  let newHead = head;
  for (const { envelope } of records) {
    const next = appendEntry(newHead, envelope, recordedAt, sha256);
    entries.push(next.entry);
    newHead = next.head;
  }
  const stories = records.flatMap(({ story }, index) =>
    story ? [{ ...story, ledgerEntries: [...story.ledgerEntries, head.size + index] }] : [],
  );
  const checkpoint = options.signCheckpoint?.(newHead) ?? null;
  const values = appendArguments(head, records, entries, newHead, checkpoint, recordedAt);
  const [row] = await query<{ appended: boolean }>(via, appendQuery, [
    ...values,
    ...projectionArguments(head.site, stories).slice(1),
  ]);
  if (!row?.appended) return undefined;
  const known = records.map(
    ({ recordId }, index) => [recordId, { seq: head.size + index, appended: true }] as const,
  );
  return { head: newHead, known: new Map(known) };
}

const appendQuery = `select append_entries(${Array.from({ length: 25 }, (_, index) => `$${index + 1}`).join(', ')}) as appended`;

function appendArguments(
  head: LedgerHead,
  records: LedgerRecord[],
  entries: LedgerEntry[],
  newHead: LedgerHead,
  checkpoint: string | null,
  recordedAt: string,
): unknown[] {
  return [
    head.site,
    head.size,
    records.map(({ recordId }) => recordId),
    entries.map(({ previousHash }) => previousHash),
    entries.map(({ entryHash }) => entryHash),
    recordedAt,
    // JSON in one line each.
    records.map(({ envelope }) => JSON.stringify(envelope)).join('\n'),
    newHead.headHash,
    JSON.stringify(newHead.frontier),
    checkpoint,
    ...disclosureArguments(head.size, records),
  ];
}

/** Entry numbers of those records that have disclosures, and the disclosures. */
function disclosureArguments(firstSeq: number, records: LedgerRecord[]): [number[], string[]] {
  const disclosed = records.flatMap(({ disclosures = [] }, index) =>
    disclosures.length > 0 ? [{ seq: firstSeq + index, text: JSON.stringify(disclosures) }] : [],
  );
  return [disclosed.map(({ seq }) => seq), disclosed.map(({ text }) => text)];
}

/** One answer a record asked for; of those asked for twice in a group only the first was appended. */
function inOrderAsked(records: LedgerRecord[], known: Map<string, Appended>): Appended[] {
  const told = new Set<string>();
  return records.map(({ recordId }) => {
    const found = known.get(recordId);
    if (!found) throw new Error(`unreachable: record ${recordId} has no entry`);
    const isFirst = !told.has(recordId);
    told.add(recordId);
    return { seq: found.seq, appended: found.appended && isFirst };
  });
}

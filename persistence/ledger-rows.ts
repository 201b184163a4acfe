import { In, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { envelopeSchema } from '../contracts/order.ts';
import { type Disclosure, disclosureSchema } from '../evidence/disclosure/commitment.ts';
import { emptyHead, ledgerHeadSchema, type LedgerEntry, type LedgerHead } from '../evidence/ledger.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import {
  ledgerEntryEntity,
  ledgerHeadEntity,
  type EntryDisclosureRow,
  type LedgerEntryRow,
  type LedgerHeadRow,
} from './entities/entities.ts';
import { siteUnknown } from './persistence-error.ts';

/** The row of a site's ledger; nobody else can append while the transaction that locked it lasts. */
export async function lockHead(manager: EntityManager, site: string): Promise<LedgerHead> {
  const row = await manager.findOne(ledgerHeadEntity, {
    where: { site },
    lock: { mode: 'pessimistic_write' },
  });
  if (!row) throw siteUnknown(site);
  return headOf(row);
}

/** Entry numbers of those of the records that the ledger has. */
export async function recordsAmong(
  manager: EntityManager,
  site: string,
  recordIds: string[],
): Promise<Map<string, number>> {
  const rows = await manager.find(ledgerEntryEntity, {
    where: { site, recordId: In(recordIds) },
    select: { site: true, recordId: true, seq: true },
  });
  return new Map(rows.map(({ recordId, seq }) => [recordId, seq]));
}

export function headOf({ site, size, headHash, frontier }: LedgerHeadRow): LedgerHead {
  return headHash === null
    ? emptyHead(site, sha256)
    : ledgerHeadSchema.parse({ site, size, headHash, frontier });
}

export function entryOf(row: LedgerEntryRow): LedgerEntry {
  return {
    seq: row.seq,
    previousHash: row.previousHash,
    entryHash: row.entryHash,
    envelope: envelopeSchema.parse(row.envelope),
    recordedAt: row.recordedAt.toISOString(),
  };
}

const disclosuresSchema = z.array(disclosureSchema);

export function disclosuresOf({ disclosures }: EntryDisclosureRow): readonly Disclosure[] {
  return disclosuresSchema.parse(disclosures);
}

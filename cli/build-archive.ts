import { keyFacts } from '../evidence/archive/key-facts.ts';
import { writeArchive } from '../evidence/archive/write-archive.ts';
import { expectedIn } from '../evidence/completeness/expected-in.ts';
import { parseCheckpoint, signCheckpoint } from '../evidence/checkpoint.ts';
import { ledgerRoot, type LedgerHead } from '../evidence/ledger.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import type { Signer } from '../evidence/signer.ts';
import type { Persistence } from '../persistence/create-persistence.ts';
import type { DisclosedEntry, Ledger } from '../persistence/ledger.ts';
import { anchorsOfPart } from './anchors-of-part.ts';
import { allKeys, archiveKeys } from './archive-keys.ts';
import { type CosignedPart, cosignedPart } from './cosigned-checkpoints.ts';
import { ExportContents } from './export-contents.ts';
import { type LedgerPart, partInPeriod, partOf, type Period } from './export-period.ts';
import type { Withholdable } from './withholding.ts';

/** Entries read at a time. */
const pageSize = 500;

export interface ArchiveRequest {
  readonly site: string;
  readonly withheld: readonly Withholdable[];
  /** The entries that the ledger has for this purpose: what comes later is left out. */
  readonly entries: number;
  /** A time, or everything from an entry on. */
  readonly part: Period | { readonly fromSeq: number };
  readonly now: Date;
}

export interface BuiltArchive {
  readonly part: LedgerPart;
  readonly contents: ExportContents;
  /** To be taken once. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The archive of a part of a site's ledger, entry by entry as its bytes are taken. Rejects with PersistenceError. */
export async function buildArchive(
  persistence: Persistence,
  request: ArchiveRequest,
  signer: Signer,
): Promise<BuiltArchive> {
  const { site, withheld, entries: size, now } = request;
  const [summary, history, controlMaps] = await Promise.all([
    persistence.ledger.summary(site),
    persistence.expectations.list(site),
    persistence.controlMaps.list(),
  ]);
  const pages = disclosedPages(persistence.ledger, site, size);
  const part = await takePart(site, pages, request.part);
  const expected = expectedIn(history, timeOf(request.part, part, now));
  const contents = new ExportContents({ entries: part.entries, withheld, expected, controlMaps });
  const createdAt = now.toISOString();
  const storedKeys = await allKeys(persistence, site);
  const keys = archiveKeys(storedKeys, signer, part.firstAt ?? createdAt);
  // Asked for when all entries have been taken: the part's end is known then.
  const range = () => ({ from: Math.max(1, part.start.size), to: part.end().size });
  let cosigned: Promise<CosignedPart> | undefined;
  const cosignedOnce = () =>
    (cosigned ??= persistence.cosignatures
      .ofPart(site, range())
      .then((found) =>
        cosignedPart(checkpointAt(part.end(), summary.checkpoint, signer), found, storedKeys),
      ));
  const bytes = writeArchive(
    {
      createdAt,
      keys,
      sites: [
        {
          site,
          start: part.start,
          ...(expected && { expected }),
          entries: contents.entries(),
          disclosuresOf: () => contents.disclosuresOf(),
          checkpoint: async () => (await cosignedOnce()).checkpoint,
          checkpoints: async () => (await cosignedOnce()).checkpoints,
          anchors: () => anchorsOfPart(persistence.anchors, { site, ...range() }, sha256),
        },
      ],
      controls: () => contents.controls(),
      documents: () =>
        contents.documents({ site, createdAt, firstSeq: part.start.size, keys: keyFacts(keys, sha256) }),
    },
    signer,
    sha256,
  );
  return { part, contents, bytes };
}

/** The first `size` entries of a ledger, some hundreds at a time. */
export async function* disclosedPages(
  ledger: Pick<Ledger, 'readDisclosed'>,
  site: string,
  size: number,
): AsyncGenerator<DisclosedEntry[]> {
  for (let from = 0; from < size; from += pageSize)
    yield await ledger.readDisclosed(site, from, Math.min(pageSize, size - from));
}

function takePart(
  site: string,
  pages: AsyncIterable<DisclosedEntry[]>,
  wanted: ArchiveRequest['part'],
): Promise<LedgerPart> {
  if (!('fromSeq' in wanted)) return partInPeriod(site, pages, wanted, sha256);
  const isBefore = ({ seq }: { seq: number }) => seq < wanted.fromSeq;
  return partOf(site, pages, { isBefore, isAfter: () => false }, sha256);
}

/** The time that a part is about: what is still to come is not due. */
function timeOf(wanted: ArchiveRequest['part'], { firstAt }: LedgerPart, now: Date): Period {
  if ('fromSeq' in wanted)
    return { fromMs: firstAt === undefined ? Infinity : Date.parse(firstAt), toMs: now.getTime() };
  return { fromMs: wanted.fromMs, toMs: Math.min(wanted.toMs, now.getTime()) };
}

/** The checkpoint the ledger signed at that size, or, where the period ends before, one signed now. */
function checkpointAt(end: LedgerHead, stored: string | undefined, signer: Signer): string {
  if (stored !== undefined && parseCheckpoint(stored)?.checkpoint.size === end.size) return stored;
  const root = ledgerRoot(end, sha256);
  return signCheckpoint({ site: end.site, size: end.size, root }, signer, sha256);
}

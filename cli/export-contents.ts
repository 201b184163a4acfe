import type { Controls } from '../contracts/controls.ts';
import type { ArchiveDocument, ArchiveSite } from '../evidence/archive/write-archive.ts';
import { decodeBase64 } from '../evidence/bytes.ts';
import type { Disclosure } from '../evidence/disclosure/commitment.ts';
import type { LedgerEntry } from '../evidence/ledger.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { readStatement } from '../evidence/statements/read-statement.ts';
import type { AssessmentReport } from '../reports/assessment.ts';
import { AssessmentBuilder } from '../reports/assessment-builder.ts';
import { createDocuments } from '../reports/create-documents.ts';
import { EntriesCsv } from '../reports/entries-csv.ts';
import { type Withholdable, withoutKinds } from './withholding.ts';

export interface ExportSource {
  readonly entries: ArchiveSite['entries'];
  /** What opens an entry's hidden fields, all of it; none without it. */
  readonly disclosuresOf?: (entry: LedgerEntry) => Promise<readonly Disclosure[]>;
  readonly withheld: readonly Withholdable[];
}

export interface ReportFacts {
  readonly site: string;
  readonly createdAt: string;
  readonly firstSeq: number;
  readonly keys: AssessmentReport['keys'];
  readonly gaps?: AssessmentReport['gaps'];
  readonly anchored?: AssessmentReport['anchored'];
  readonly controls?: Readonly<Record<string, Controls>>;
}

/**
 * A site's entries on their way into an archive. Reports are made from them as they pass, with no more disclosed than the archive
 * discloses: a report must not name what the evidence keeps back.
 */
export class ExportContents {
  /** Entries whose fields are all signed in clear, from before anything could be kept back. */
  inClear = 0;
  private readonly source: ExportSource;
  private readonly builder = new AssessmentBuilder();
  private readonly csv = new EntriesCsv();
  /** Of the entry that passes now. */
  private disclosures: readonly Disclosure[] = [];

  constructor(source: ExportSource) {
    this.source = source;
  }

  /** The entries, to be taken once. */
  async *entries(): AsyncGenerator<LedgerEntry> {
    for await (const entry of this.source.entries) {
      const all = (await this.source.disclosuresOf?.(entry)) ?? [];
      this.disclosures = withoutKinds(all, this.source.withheld);
      this.take(entry);
      yield entry;
    }
  }

  /** What the archive shows of the entry that passed last. */
  disclosuresOf(): readonly Disclosure[] {
    return this.disclosures;
  }

  documents(facts: ReportFacts): AsyncGenerator<ArchiveDocument> {
    return createDocuments(this.builder.build(facts), this.csv);
  }

  private take(entry: LedgerEntry): void {
    const reading = readStatement(decodeBase64(entry.envelope.payload) ?? new Uint8Array(), sha256);
    // What cannot be read is in the archive all the same, and its verification says so.
    if (!reading.ok) return;
    const disclosed = new Map(this.disclosures.map(([, path, value]) => [path, value]));
    if (reading.statement.predicateType.endsWith('/incident/v1')) this.inClear++;
    this.builder.take(entry, reading.statement, disclosed);
    this.csv.take(entry, reading.statement, disclosed);
  }
}

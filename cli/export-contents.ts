import { Timeline } from '../evidence/archive/read-timeline.ts';
import type { ControlMapFile } from '../evidence/archive/verify-controls.ts';
import type { ArchiveDocument } from '../evidence/archive/write-archive.ts';
import { decodeBase64 } from '../evidence/bytes.ts';
import type { Expectation } from '../evidence/completeness/heartbeat-gaps.ts';
import type { Disclosure } from '../evidence/disclosure/commitment.ts';
import type { LedgerEntry } from '../evidence/ledger.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { incidentPredicateType } from '../evidence/statements/incident-v1.ts';
import { openStatement } from '../evidence/statements/open-statement.ts';
import { readStatement } from '../evidence/statements/read-statement.ts';
import { scanPredicateType } from '../evidence/statements/scan-v1.ts';
import type { DisclosedEntry } from '../persistence/ledger.ts';
import type { AssessmentReport } from '../reports/assessment.ts';
import { AssessmentBuilder } from '../reports/assessment-builder.ts';
import { createDocuments } from '../reports/create-documents.ts';
import { EntriesCsv } from '../reports/entries-csv.ts';
import { HostStandIns } from './host-stand-ins.ts';
import { type Withholdable, withoutKinds } from './withholding.ts';

export interface ExportSource {
  readonly entries: AsyncIterable<DisclosedEntry>;
  readonly withheld: readonly Withholdable[];
  /** How often heartbeats and scans were due; without it no gaps are listed. */
  readonly expected?: Expectation | undefined;
  /** What checks stand for, by the digest that scans name. */
  readonly controlMaps?: ReadonlyMap<string, ControlMapFile>;
}

export interface ReportFacts {
  readonly site: string;
  readonly createdAt: string;
  readonly firstSeq: number;
  readonly keys: AssessmentReport['keys'];
  readonly anchored?: AssessmentReport['anchored'];
}

/**
 * A site's entries on their way into an archive. Reports are made from them as they pass, with no more disclosed than the archive
 * discloses: a report must not name what the evidence keeps back. Disclosures that are not genuine are in the archive, whose
 * verification names them, and in no report.
 */
export class ExportContents {
  /** Entries whose fields are all signed in clear, from before anything could be kept back. */
  inClear = 0;
  private readonly source: ExportSource;
  private readonly builder = new AssessmentBuilder();
  private readonly csv = new EntriesCsv();
  private readonly timeline: Timeline;
  /** Of the maps that scans name, in the order in which they were named last. */
  private readonly controlsDigests = new Set<string>();
  private readonly standIns = new HostStandIns();
  /** Of the entry that passes now. */
  private disclosures: readonly Disclosure[] = [];

  constructor(source: ExportSource) {
    this.source = source;
    this.timeline = new Timeline(source.expected);
  }

  /** The entries, to be taken once. */
  async *entries(): AsyncGenerator<LedgerEntry> {
    for await (const { entry, disclosures } of this.source.entries) {
      this.disclosures = withoutKinds(disclosures, this.source.withheld);
      this.take(entry, disclosures);
      yield entry;
    }
  }

  /** What the archive shows of the entry that passed last. */
  disclosuresOf(): readonly Disclosure[] {
    return this.disclosures;
  }

  /** What the scans that passed mean by their checks, as far as it is known; each map once, the latest last. */
  controls(): ControlMapFile[] {
    return [...this.controlsDigests]
      .map((digest) => this.source.controlMaps?.get(digest))
      .filter((map) => map !== undefined);
  }

  documents(facts: ReportFacts): AsyncGenerator<ArchiveDocument> {
    const gaps = this.timeline.completeness()?.gaps;
    const controls = Object.fromEntries(this.controls().flatMap((map) => Object.entries(map)));
    return createDocuments(this.builder.build({ ...facts, gaps, controls }), this.csv);
  }

  private take(entry: LedgerEntry, all: readonly Disclosure[]): void {
    const reading = readStatement(decodeBase64(entry.envelope.payload) ?? new Uint8Array(), sha256);
    // What cannot be read is in the archive all the same, and its verification says so.
    if (!reading.ok) return;
    const { statement } = reading;
    if (statement.predicateType === incidentPredicateType) this.inClear++;
    if (statement.predicateType === scanPredicateType) {
      const { controlsDigest } = statement.predicate;
      this.controlsDigests.delete(controlsDigest);
      this.controlsDigests.add(controlsDigest);
    }
    this.timeline.take(entry, statement);
    const opened = openStatement(statement, all, sha256);
    const shown = new Map<string, unknown>();
    for (const [, path] of this.disclosures)
      if (opened.disclosed.has(path)) shown.set(path, opened.disclosed.get(path));
    for (const [path, standIn] of this.standIns.of(opened, shown, entry.entryHash)) shown.set(path, standIn);
    this.builder.take(entry, statement, shown);
    this.csv.take(entry, statement, shown);
  }
}

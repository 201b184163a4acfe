import type { EvidenceExpectation } from '../../../contracts/evidence-intervals.ts';
import { gapEntry } from '../../../evidence/archive/read-timeline.ts';
import { decodeBase64 } from '../../../evidence/bytes.ts';
import { expectedIn } from '../../../evidence/completeness/expected-in.ts';
import { findGaps } from '../../../evidence/completeness/find-gaps.ts';
import type { Anomaly, Gap } from '../../../evidence/completeness/gap.ts';
import type { TimelineEntry } from '../../../evidence/completeness/timeline-entry.ts';
import type { LedgerEntry } from '../../../evidence/ledger.ts';
import { sha256 } from '../../../evidence/node/hasher.ts';
import { readStatement } from '../../../evidence/statements/read-statement.ts';

export interface RecentGapsSource {
  read(site: string, fromSeq: number, limit: number): Promise<LedgerEntry[]>;
  expectations(site: string): Promise<readonly EvidenceExpectation[]>;
}

export interface RecentCompleteness {
  from: string;
  gaps: Gap[];
  anomalies: Anomaly[];
}

const recentMs = 7 * 86_400_000;
/** What lies before is read, too, so that a gap's beginning is known. */
const leadMs = 3_600_000;
const pageSize = 500;

interface SiteState {
  nextSeq: number;
  entries: readonly TimelineEntry[];
}

/**
 * Times of the last seven days that a site's heartbeats and scans do not cover. Of the ledger only the entries since then are read, each
 * once however often it is asked.
 */
export class RecentGaps {
  private readonly source: RecentGapsSource;
  private readonly states = new Map<string, Promise<SiteState>>();

  constructor(source: RecentGapsSource) {
    this.source = source;
  }

  /** Undefined where nothing is due by schedule. `size` is how many entries the ledger has. */
  async of(site: string, size: number, nowMs: number): Promise<RecentCompleteness | undefined> {
    const history = await this.source.expectations(site);
    const expected = expectedIn(history, { fromMs: nowMs - recentMs, toMs: nowMs });
    if (!expected) return undefined;
    const { entries } = await this.upTo(site, size, nowMs - recentMs - leadMs);
    const { gaps, anomalies } = findGaps(entries, expected);
    return { from: expected.from, gaps: [...gaps], anomalies: [...anomalies] };
  }

  /** One after the other, so that no entry is taken twice. What failed is tried again from the beginning. */
  private upTo(site: string, size: number, sinceMs: number): Promise<SiteState> {
    const before = this.states.get(site)?.catch(() => undefined) ?? Promise.resolve(undefined);
    const next = before.then((state) => this.grow(site, state, size, sinceMs));
    this.states.set(site, next);
    return next;
  }

  private async grow(
    site: string,
    state: SiteState | undefined,
    size: number,
    sinceMs: number,
  ): Promise<SiteState> {
    let nextSeq = state?.nextSeq ?? (await this.firstSince(site, size, sinceMs));
    const taken: TimelineEntry[] = [];
    while (nextSeq < size) {
      const page = await this.source.read(site, nextSeq, Math.min(pageSize, size - nextSeq));
      if (page.length === 0) break;
      taken.push(...page.flatMap(timelineEntryOf));
      nextSeq += page.length;
    }
    const all = [...(state?.entries ?? []), ...taken];
    return { nextSeq, entries: all.filter(({ receivedAt }) => Date.parse(receivedAt) >= sinceMs) };
  }

  /** By halves: entries are in the order in which they were received. */
  private async firstSince(site: string, size: number, sinceMs: number): Promise<number> {
    let [low, high] = [0, size];
    while (low < high) {
      const middle = (low + high) >> 1;
      const [entry] = await this.source.read(site, middle, 1);
      if (entry && Date.parse(entry.recordedAt) < sinceMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function timelineEntryOf(entry: LedgerEntry): TimelineEntry[] {
  const reading = readStatement(decodeBase64(entry.envelope.payload) ?? new Uint8Array(), sha256);
  const taken = reading.ok ? gapEntry(entry, reading.statement) : undefined;
  return taken ? [taken] : [];
}

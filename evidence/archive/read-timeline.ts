import { findGaps, type Completeness } from '../completeness/find-gaps.ts';
import { type TimelineEntry, timelineEntry } from '../completeness/timeline-entry.ts';
import type { LedgerEntry } from '../ledger.ts';
import { heartbeatPredicateType } from '../statements/heartbeat-v1.ts';
import type { Statement } from '../statements/read-statement.ts';
import { scanPredicateType } from '../statements/scan-v1.ts';
import type { ManifestSite } from './manifest.ts';

/** Remembers of a ledger's entries what gaps are found by. */
export class Timeline {
  private readonly entries: TimelineEntry[] = [];
  private readonly expected: ManifestSite['expected'];

  constructor(expected: ManifestSite['expected']) {
    this.expected = expected;
  }

  /** Whatever a page says of hosts is left out: it would take more memory than all the rest. */
  take(entry: LedgerEntry, statement: Statement): void {
    if (!this.expected) return;
    const { predicateType } = statement;
    if (predicateType !== heartbeatPredicateType && predicateType !== scanPredicateType) return;
    const taken = timelineEntry(entry, statement);
    this.entries.push(taken.kind === 'scan' ? { ...taken, scan: { ...taken.scan, hosts: [] } } : taken);
  }

  /** Times that the entries do not cover; undefined where the archive does not say what was to be expected. */
  completeness(): Completeness | undefined {
    if (!this.expected) return undefined;
    const { scanOffsetSeconds, ...expected } = this.expected;
    const offset = scanOffsetSeconds === undefined ? {} : { scanOffsetSeconds };
    return findGaps(this.entries, { ...expected, ...offset });
  }
}

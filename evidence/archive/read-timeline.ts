import { findGaps, type Completeness } from '../completeness/find-gaps.ts';
import type { Expectation } from '../completeness/heartbeat-gaps.ts';
import { type TimelineEntry, timelineEntry } from '../completeness/timeline-entry.ts';
import type { LedgerEntry } from '../ledger.ts';
import { heartbeatPredicateType } from '../statements/heartbeat-v1.ts';
import type { Statement } from '../statements/read-statement.ts';
import { scanPredicateType } from '../statements/scan-v1.ts';
import type { ManifestSite } from './manifest.ts';

/** What gaps are found by: whatever a page says of hosts is left out, since it would take more memory than all the rest. */
export function gapEntry(entry: LedgerEntry, statement: Statement): TimelineEntry | undefined {
  const { predicateType } = statement;
  if (predicateType !== heartbeatPredicateType && predicateType !== scanPredicateType) return undefined;
  const taken = timelineEntry(entry, statement);
  return taken.kind === 'scan' ? { ...taken, scan: { ...taken.scan, hosts: [] } } : taken;
}

/** Remembers of a ledger's entries what gaps are found by. */
export class Timeline {
  private readonly entries: TimelineEntry[] = [];
  private readonly expected: ManifestSite['expected'] | Expectation;

  constructor(expected: ManifestSite['expected'] | Expectation) {
    this.expected = expected;
  }

  take(entry: LedgerEntry, statement: Statement): void {
    const taken = this.expected ? gapEntry(entry, statement) : undefined;
    if (taken) this.entries.push(taken);
  }

  /** Times that the entries do not cover; undefined where the archive does not say what was to be expected. */
  completeness(): Completeness | undefined {
    if (!this.expected) return undefined;
    const { scanOffsetSeconds, ...expected } = this.expected;
    const offset = scanOffsetSeconds === undefined ? {} : { scanOffsetSeconds };
    return findGaps(this.entries, { ...expected, ...offset });
  }
}

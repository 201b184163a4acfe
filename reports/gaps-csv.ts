import { encodeUtf8 } from '../evidence/bytes.ts';
import type { Gap } from '../evidence/completeness/gap.ts';
import { csvRow } from './entries-csv.ts';

const header = ['what', 'appliance', 'reason', 'from', 'to', 'missed', 'entries'];

/** `gaps.csv`: one row for each time that heartbeats or scans do not cover, by time (RFC 4180). */
export function gapsCsv(gaps: readonly Gap[]): Uint8Array {
  const rows = gaps.map(({ what, appliance, reason, from, to, missed, entries }) =>
    csvRow([what, appliance ?? '', reason, from, to, String(missed), entries.join(' ')]),
  );
  return encodeUtf8([csvRow(header), ...rows].join(''));
}

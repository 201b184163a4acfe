import type { LedgerEntry, LedgerHead } from '../ledger.ts';
import type { Place, Report } from './report.ts';

/** Follows the entries of a ledger as they stand in the archive and names gaps, repetitions, reordering and breaks. */
export class EntryOrder {
  /** Number the next entry should have. */
  nextSeq: number;
  /** Entries taken, whatever was wrong with them. */
  count = 0;
  /** The entry with the highest number so far. */
  last: LedgerEntry | undefined;

  /** Hash the next entry should name; undefined after an entry whose hash is not known. */
  private previousHash: string | undefined;
  private readonly gaps: { from: number; to: number }[] = [];
  private readonly report: Report;

  constructor(start: LedgerHead, report: Report) {
    this.nextSeq = start.size;
    this.previousHash = start.headHash;
    this.report = report;
  }

  /** The next line's entry. One that is unreadable or was changed stands for the number that was expected. */
  take(entry: { value: LedgerEntry; isGenuine: boolean } | undefined, line: Place): void {
    this.count++;
    if (!entry?.isGenuine) {
      this.nextSeq++;
      this.previousHash = undefined;
      this.last = entry?.value ?? this.last;
      return;
    }
    const { seq, previousHash, entryHash } = entry.value;
    const place = { ...line, seq };
    if (seq < this.nextSeq) {
      this.reportEarlier(seq, place);
      return;
    }
    if (seq > this.nextSeq) {
      this.gaps.push({ from: this.nextSeq, to: seq - 1 });
      this.report(
        'entry_missing',
        { ...line, seq: this.nextSeq },
        `${range(this.nextSeq, seq - 1)} not before entry ${seq}.`,
      );
    } else if (this.previousHash !== undefined && previousHash !== this.previousHash) {
      this.report('chain_broken', place, `Entry ${seq} continues from another entry than the one before it.`);
    }
    this.nextSeq = seq + 1;
    this.previousHash = entryHash;
    this.last = entry.value;
  }

  private reportEarlier(seq: number, place: Place): void {
    if (this.gaps.some(({ from, to }) => seq >= from && seq <= to)) {
      this.report('entry_out_of_order', place, `Entry ${seq} stands after entry ${this.nextSeq - 1}.`);
    } else {
      this.report('entry_repeated', place, `Entry ${seq} is in the ledger a second time.`);
    }
  }
}

function range(from: number, to: number): string {
  return from === to ? `Entry ${from} is` : `Entries ${from} to ${to} are`;
}

import type { AsOfAnswer } from '../../evidence/completeness/as-of.ts';

/** An answer and the entries it was taken from, all of which were verified. */
export interface SourcedAnswer {
  readonly answer: AsOfAnswer;
  readonly source: AnswerSource;
  /** From this entry on, the ledger gives the same answer. */
  readonly fromSeq: number;
}

export interface AnswerSource {
  readonly kind: 'ledger' | 'archive';
  readonly site: string;
  readonly firstSeq: number;
  readonly entries: number;
  /** When the first and last of them were received. */
  readonly from?: string;
  readonly to?: string;
  /** Signed note over all entries up to the last. */
  readonly checkpoint?: string;
  /** Of an archive: the last entry that a Bitcoin block attests. */
  readonly anchored?: { readonly seq: number; readonly height: number; readonly time: string };
  /** Of an archive: whether the keys were given, or are its own and believed. */
  readonly keySource?: 'pinned' | 'archive';
}

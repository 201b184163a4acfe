/** What verification of an archive found. */

export type ArchiveProblemCode =
  | 'archive_unreadable'
  | 'zip_altered'
  | 'file_missing'
  | 'file_unexpected'
  | 'file_changed'
  | 'keys_unreadable'
  | 'key_mismatch'
  | 'manifest_unreadable'
  | 'manifest_mismatch'
  | 'ledger_start_invalid'
  | 'entry_malformed'
  | 'entry_changed'
  | 'entry_missing'
  | 'entry_out_of_order'
  | 'entry_repeated'
  | 'chain_broken'
  | 'signature_invalid'
  | 'signature_unknown_key'
  | 'key_not_trusted'
  | 'key_not_valid_then'
  | 'bundle_malformed'
  | 'subject_mismatch'
  | 'foreign_site'
  | 'checkpoint_malformed'
  | 'checkpoint_size_mismatch'
  | 'checkpoint_root_mismatch';

/** Where a problem is, as exactly as it can be known. */
export interface Place {
  /** Path in the archive; absent where the ZIP itself is damaged. */
  readonly file?: string;
  /** Line of that file, from 1. */
  readonly line?: number;
  /** Number of the ledger entry, from 0. */
  readonly seq?: number;
  /** Byte of the archive, from 0. */
  readonly offset?: number;
}

export interface ArchiveProblem {
  readonly code: ArchiveProblemCode;
  readonly place: Place;
  /** One sentence for people. */
  readonly message: string;
}

/** Takes note of a problem; verification goes on, so that all are named. */
export type Report = (code: ArchiveProblemCode, place: Place, message: string) => void;

export interface SiteReport {
  readonly site: string;
  /** Entries in the archive. */
  readonly entries: number;
  /** Number of the first of them; over 0 in the export of a period. */
  readonly firstSeq: number;
  /** When the first and last of them were recorded; absent where there are none. */
  readonly from?: string;
  readonly to?: string;
  /** Entries the signed checkpoint covers, from the ledger's beginning; absent where it cannot be read. */
  readonly checkpointSize?: number;
}

export interface KeyReport {
  readonly keyId: string;
  /** SHA-256 (hex) of the raw public key. */
  readonly fingerprint: string;
  readonly purpose: string;
  readonly isPinned: boolean;
}

export interface ArchiveReport {
  /** Whether nothing at all is wrong. With keys from the archive itself this does not say who made it. */
  readonly verified: boolean;
  /** `pinned`: signatures count by keys the caller named. `archive`: the archive's own list was believed. */
  readonly keySource: 'pinned' | 'archive';
  readonly keys: readonly KeyReport[];
  readonly sites: readonly SiteReport[];
  readonly problems: readonly ArchiveProblem[];
}

/** The place in words: `ledger/north/entries-000000.jsonl, line 3, entry 2`. */
export function describePlace({ file, line, seq, offset }: Place): string {
  return [
    file,
    line === undefined ? undefined : `line ${line}`,
    seq === undefined ? undefined : `entry ${seq}`,
    offset === undefined ? undefined : `byte ${offset} of the archive`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

import type { AnchorAttestation } from '../anchor/verify-anchor.ts';
import type { Anomaly, Gap } from '../completeness/gap.ts';

/** What verification of an archive found. */

export type ArchiveProblemCode =
  | 'archive_unreadable'
  | 'zip_altered'
  | 'file_missing'
  | 'file_unexpected'
  | 'file_changed'
  | 'file_too_large'
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
  | 'appliance_signature_missing'
  | 'countersignature_missing'
  | 'foreign_appliance_key'
  | 'subject_mismatch'
  | 'foreign_site'
  | 'checkpoint_malformed'
  | 'checkpoint_size_mismatch'
  | 'checkpoint_root_mismatch'
  | 'consistency_invalid'
  | 'cosignature_invalid'
  | 'disclosure_malformed'
  | 'disclosure_invalid'
  | 'controls_invalid'
  | 'anchor_malformed'
  | 'anchor_invalid';

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
  /** How many of them say what; those that cannot be read are none of these. */
  readonly kinds: { readonly incidents: number; readonly scanPages: number; readonly heartbeats: number };
  /** When the first and last of them were recorded; absent where there are none. */
  readonly from?: string;
  readonly to?: string;
  /** Entries the signed checkpoint covers, from the ledger's beginning; absent where it cannot be read. */
  readonly checkpointSize?: number;
  /** Fields that were signed as commitments: how many are shown, and how many were kept back. */
  readonly fields: { readonly disclosed: number; readonly withheld: number };
  /** The sound ones, in ascending order of size. `anchoredUpTo` says what follows for the entries. */
  readonly anchors: readonly AnchorReport[];
  /** Times that heartbeats and scans do not cover; absent where the archive does not say how often they were due. */
  readonly gaps?: readonly Gap[];
  /** What weakens what is said of gaps. */
  readonly anomalies?: readonly Anomaly[];
  /** Who cosigned a checkpoint, once for each checkpoint and witness. */
  readonly witnesses: readonly WitnessReport[];
}

/** What binds the first `size` entries of a ledger to a time. */
export interface AnchorReport {
  readonly size: number;
  readonly attestations: readonly AnchorAttestation[];
}

/** A witness that has seen a ledger of `size` entries, and no other of that size. */
export interface WitnessReport {
  readonly name: string;
  readonly size: number;
  /** The witness's clock. ISO 8601, UTC. */
  readonly at: string;
  /** Whether the caller named its key. */
  readonly isPinned: boolean;
}

export interface KeyReport {
  readonly keyId: string;
  /** SHA-256 (hex) of the raw public key. */
  readonly fingerprint: string;
  readonly purpose: string;
  /** Of a witness, the name it signs under. */
  readonly name?: string;
  readonly isPinned: boolean;
}

export interface ArchiveReport {
  /** Whether nothing at all is wrong. With keys from the archive itself this does not say who made it. */
  readonly verified: boolean;
  /** `pinned`: signatures count by keys the caller named. `archive`: the archive's own list was believed. */
  readonly keySource: 'pinned' | 'archive';
  readonly keys: readonly KeyReport[];
  readonly sites: readonly SiteReport[];
  /** In the order they were found; no more than `maxProblems`. */
  readonly problems: readonly ArchiveProblem[];
  /** Problems that were found and are not listed. */
  readonly problemsOmitted: number;
}

/** Problems that are listed: an archive can hold millions of wrong lines. */
export const maxProblems = 10_000;

/** The last entry of the archive that a Bitcoin block attests, and that block. */
export interface AnchoredUpTo {
  readonly seq: number;
  readonly block: Extract<AnchorAttestation, { kind: 'bitcoin' }>;
}

/** The furthest anchor in Bitcoin, and of several blocks the lowest; an entry is anchored by a checkpoint of more entries than its number. */
export function anchoredUpTo({ anchors, firstSeq, entries }: SiteReport): AnchoredUpTo | undefined {
  for (const { size, attestations } of anchors.toReversed()) {
    const blocks = attestations.filter((attestation) => attestation.kind === 'bitcoin');
    const [block] = blocks.sort((left, right) => left.height - right.height);
    if (block && size > firstSeq) return { seq: Math.min(size, firstSeq + entries) - 1, block };
  }
  return undefined;
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

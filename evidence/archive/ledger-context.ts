import type { Cryptography } from '../signer.ts';
import type { KnownKey } from './key-history.ts';
import type { Report } from './report.ts';
import type { ArchiveFiles } from './zip.ts';

/** What verifying a ledger needs of its archive. */
export interface LedgerContext {
  readonly files: ArchiveFiles;
  readonly keys: readonly KnownKey[];
  readonly cryptography: Cryptography;
  readonly report: Report;
}

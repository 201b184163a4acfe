import type { HeaderAtHeight } from '../anchor/anchor.ts';
import type { VerifyToken } from '../anchor/verify-anchor.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Cryptography } from '../signer.ts';
import type { Statement } from '../statements/read-statement.ts';
import type { ArchiveFiles } from './archive-files.ts';
import type { KnownKey } from './key-history.ts';
import type { Report } from './report.ts';

/** Takes an entry of a site's ledger, its statement, and what is genuinely disclosed of it by JSON Pointer. */
export type OnEntry = (
  site: string,
  entry: LedgerEntry,
  statement: Statement,
  disclosed: ReadonlyMap<string, unknown>,
) => void;

/** What verifying a ledger needs of its archive. */
export interface LedgerContext {
  readonly files: ArchiveFiles;
  readonly keys: readonly KnownKey[];
  readonly cryptography: Cryptography;
  readonly report: Report;
  /** Block headers of the chain the caller believes in; without them an anchor's own are only read. */
  readonly trustedHeaders: readonly HeaderAtHeight[] | undefined;
  readonly verifyToken: VerifyToken | undefined;
  /** Called after each file of entries with how many entries it had. */
  readonly onEntries: (count: number) => void;
  readonly onEntry: OnEntry | undefined;
}

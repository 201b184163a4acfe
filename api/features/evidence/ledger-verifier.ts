import type { ApiEvidenceVerification, VerificationScope } from '../../../contracts/api/evidence.ts';
import type { BundleKey } from '../../../evidence/countersign.ts';
import { encodeBase64 } from '../../../evidence/bytes.ts';
import type { LedgerHead } from '../../../evidence/ledger.ts';
import { nodeCryptography } from '../../../evidence/node/ed25519.ts';
import { sha256 } from '../../../evidence/node/hasher.ts';
import { type LedgerSource, verifyLedger } from './verify-ledger.ts';

export interface LedgerVerifierOptions {
  ledger: LedgerSource;
  /** Every key of evidence and of the site's appliances, and when their signatures count. */
  trustedKeys: (site: string) => Promise<readonly BundleKey[]>;
  /** ISO 8601, UTC. */
  now: () => string;
}

interface Verified {
  head: LedgerHead;
  /** Digest of the keys it was verified by: with others it would have to be judged anew. */
  keys: string;
}

/**
 * Verifies ledgers, and remembers in this process, where no owner of the database can change it, how far each has been: a daily
 * look at what is new does not read two years again.
 */
export class LedgerVerifier {
  readonly #options: LedgerVerifierOptions;
  readonly #verified = new Map<string, Verified>();
  readonly #running = new Map<string, Promise<ApiEvidenceVerification>>();

  constructor(options: LedgerVerifierOptions) {
    this.#options = options;
  }

  /** However many ask the same at a time, the ledger is walked once. */
  verify(site: string, scope: VerificationScope): Promise<ApiEvidenceVerification> {
    const name = `${scope} ${site}`;
    const known = this.#running.get(name);
    if (known) return known;
    const started = this.#verify(site, scope).finally(() => this.#running.delete(name));
    this.#running.set(name, started);
    return started;
  }

  async #verify(site: string, scope: VerificationScope): Promise<ApiEvidenceVerification> {
    const { ledger, trustedKeys, now } = this.#options;
    const keys = await trustedKeys(site);
    const digest = digestOf(keys);
    const before = this.#verified.get(site);
    const since = scope === 'new' && before?.keys === digest ? before.head : undefined;
    const walk = await verifyLedger(ledger, {
      site,
      keys,
      cryptography: nodeCryptography,
      verifiedAt: now(),
      since,
    });
    if (walk.head) this.#verified.set(site, { head: walk.head, keys: digest });
    else this.#verified.delete(site);
    return walk.verification;
  }
}

function digestOf(keys: readonly BundleKey[]): string {
  const facts = keys.map(({ purpose, publicKey, notBefore, retiredAt, revokedAt, site, appliance }) =>
    JSON.stringify([purpose, encodeBase64(publicKey), notBefore, retiredAt, revokedAt, site, appliance]),
  );
  return sha256(facts.sort().join('\n'));
}

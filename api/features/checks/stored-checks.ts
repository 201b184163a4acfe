import type { Actor } from '../../../contracts/decision.ts';
import type { CheckOverride, SitePolicy } from '../../../contracts/site-policy.ts';
import type { SiteFacts } from '../../../domain/score/site-evidence.ts';

/** A change of a check's settings as it goes on record. */
export interface RecordedChange {
  check: string;
  /** ISO 8601. */
  at: string;
  actor: Actor;
  reason: string;
  after: CheckOverride;
  /** Digest of the diff the actor was shown. */
  diffDigest: string;
}

/** What is stored of checks. Rejects where the site is not enrolled. */
export interface StoredChecks {
  /** All that a site's score and the effect of its settings are computed from; results by host and check. */
  facts(site: string): Promise<SiteFacts>;
  /** The last change of each check, by check. */
  latestChanges(site: string): Promise<RecordedChange[]>;
  /** Sets a check where `mayChange` agrees to the policy as it is then; resolves to whether it did. */
  apply(site: string, change: RecordedChange, mayChange: (policy: SitePolicy) => boolean): Promise<boolean>;
}

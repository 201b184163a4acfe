import { canonicalJson } from '../../evidence/canonical-json.ts';
import type { Sha256 } from '../../evidence/digest.ts';
import type { CheckOverrides } from './check-plan.ts';
import type { SettingsDiff } from './diff-settings.ts';
import type { SettingsProposal } from './refuse-proposal.ts';

/**
 * SHA-256 (hex) of what a person was shown: the settings before, the proposal, and what it does to each check of each
 * host. What hosts say in words is left out, for it changes with every scan; a status that changes is a new diff.
 */
export function diffDigest(
  site: string,
  before: CheckOverrides,
  proposal: SettingsProposal,
  diff: SettingsDiff,
  sha256: Sha256,
): string {
  const rows = diff.rows.map(({ host, check, change, before: was, after, parameters }) => ({
    host,
    check,
    change,
    before: was,
    after,
    parameters,
  }));
  return sha256(canonicalJson({ site, before, proposal, rows }));
}

import { canonicalJson } from '../../evidence/canonical-json.ts';
import type { Sha256 } from '../../evidence/digest.ts';
import type { CheckOverrides } from './check-plan.ts';
import type { SettingsDiff } from './diff-settings.ts';
import type { SettingsProposal } from './refuse-proposal.ts';

/**
 * SHA-256 (hex) of what a person was shown: the settings before and after, and what that does to each check of each host.
 * Words are left out, the reason and what hosts say, which changes with every scan; a status that changes is a new diff.
 */
export function diffDigest(
  site: string,
  before: CheckOverrides,
  { checks, baseline }: SettingsProposal,
  diff: SettingsDiff,
  sha256: Sha256,
): string {
  const rows = diff.rows.map(({ host, check, change, before: was, after, parameters }) => {
    return { host, check, change, before: was, after, parameters };
  });
  const proposal = { checks: withoutReasons(checks), baseline };
  return sha256(canonicalJson({ site, before: withoutReasons(before), proposal, rows }));
}

function withoutReasons(overrides: CheckOverrides): CheckOverrides {
  return Object.fromEntries(
    Object.entries(overrides).map(([check, { enabled, parameters }]) => [check, { enabled, parameters }]),
  );
}

import type { ApiSiteKey } from '../../../contracts/api/evidence.ts';
import type { ApiWitness } from '../../../contracts/api/evidence-summary.ts';
import type { WitnessStanding } from '../../../persistence/cosignatures.ts';

/** What each witness of a site answered last, by name; also of those that never answered. */
export function describeWitnesses(
  keys: readonly ApiSiteKey[],
  standings: readonly WitnessStanding[],
): ApiWitness[] {
  const names = new Set(keys.flatMap(({ name }) => (name === undefined ? [] : [name])));
  return [...names].sort().map((name) => {
    const standing = standings.find(({ witness }) => witness === name);
    const { cosigned, refused } = standing ?? {};
    return {
      name,
      ...(cosigned && { cosigned: { entries: cosigned.size, at: cosigned.signedAt } }),
      ...(refused && { refused: { entries: refused.size, code: refused.code, at: refused.recordedAt } }),
    };
  });
}

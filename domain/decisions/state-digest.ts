import type { Observation } from '../../contracts/observation.ts';
import { sha256 } from '../../evidence/portable/sha256.ts';

/**
 * SHA-256 (hex) of the state that people accept: the status and the facts it was judged by, by name. Facts that the check
 * is not judged by may change without the state being another one. Total: whatever a host says has a digest.
 *
 * @param judgedFacts names of the facts that count; all of them where it is not known
 */
export function stateDigest(
  { status, facts }: Pick<Observation, 'status' | 'facts'>,
  judgedFacts?: readonly string[],
): string {
  const counted = Object.entries(facts)
    .filter(([name]) => judgedFacts === undefined || judgedFacts.includes(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  // Not canonical JSON: that refuses text with lone surrogates, which a host may well send; this escapes them.
  return sha256(JSON.stringify([status, counted]));
}

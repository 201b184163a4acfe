import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { CheckStatus } from '../../contracts/observation.ts';

/** Why a runbook must not run for a status. */
export interface StatusMismatch {
  code: 'status_not_healable' | 'repairs_not_checking';
  reason: string;
}

/**
 * The rule that a check which could not be carried out or judged never leads to a fix of the thing checked (H8), for
 * rules and for the guard: `fail` and `warning` are healed; for `error` only the means of checking is repaired;
 * `unknown` and `pass` lead to nothing. Undefined where the runbook may run.
 */
export function statusMismatch(
  status: CheckStatus,
  runbook: Pick<RunbookDefinition, 'id' | 'repairsChecking'>,
): StatusMismatch | undefined {
  switch (status) {
    case 'warning':
    case 'fail':
      return undefined;
    case 'error':
      if (runbook.repairsChecking) return undefined;
      return {
        code: 'repairs_not_checking',
        reason: `the check could not be carried out, and runbook ${runbook.id} does not repair the means of checking`,
      };
    case 'pass':
      return { code: 'status_not_healable', reason: 'the check passes, so there is nothing to heal' };
    case 'unknown':
    default:
      // Whatever a later version may call a status, it is not known to be healable.
      return {
        code: 'status_not_healable',
        reason: 'the check gave no answer that could be judged; a person must look at the host',
      };
  }
}

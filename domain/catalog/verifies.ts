import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';

/** Whether the runbook mends what `check` tests, and is verified by it. */
export function verifies({ verify }: Pick<RunbookDefinition, 'verify'>, check: string): boolean {
  return verify.check === check || verify.also.includes(check);
}

/** Runbooks by the action names that rules used before runbooks had ids. */
const runbooksByAction: ReadonlyMap<string, string> = new Map([
  ['restore_firewall_baseline', 'RB-WIN-SEC-001'],
  ['restore_audit_policy', 'RB-WIN-SEC-002'],
]);

/** The runbook an old action name stands for, or undefined where it names none. */
export function runbookOfAction(action: string): string | undefined {
  return runbooksByAction.get(action);
}

/** A worked case shown to the model: what was seen, and the call that is right for it. */
export interface WorkedExample {
  incident: { check: string; status: string; severity: string };
  facts: Record<string, string | number | boolean>;
  runbooks: string[];
  call: { tool: 'run_runbook' | 'escalate'; input: Record<string, unknown> };
}

/**
 * The two cases that draw the line: losing a key cannot be undone by a runbook, a late backup can simply be run.
 * Their checks and runbook ids are no part of any catalogue on purpose: a model that copies one is outside the list.
 */
export const workedExamples: readonly WorkedExample[] = [
  {
    incident: { check: 'windows.disk.bitlocker_status', status: 'fail', severity: 'high' },
    facts: { protection_status: 'Off', recovery_key_escrowed: false, volume: 'C:' },
    runbooks: ['RB-WIN-ENC-900'],
    call: {
      tool: 'escalate',
      input: {
        confidence: 0.9,
        reason:
          'Encryption is off and no recovery key is escrowed. Turning it on without a safe key could lock the practice out of its data, so a person must escrow the key first.',
      },
    },
  },
  {
    incident: { check: 'windows.backup.backup_status', status: 'fail', severity: 'high' },
    facts: { hours_since_backup: 52, backup_service_running: true, target_reachable: true },
    runbooks: ['RB-WIN-BACKUP-900'],
    call: {
      tool: 'run_runbook',
      input: {
        runbook: 'RB-WIN-BACKUP-900',
        parameters: {},
        confidence: 0.8,
        reason:
          'The last backup is 52 hours old while its service runs and its target answers: starting the backup now closes the gap and changes nothing else.',
      },
    },
  },
];

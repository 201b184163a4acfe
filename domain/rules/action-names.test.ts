import { runbookOfAction } from './action-names.ts';

test('old action names stand for the runbooks that took their place', () => {
  expect(runbookOfAction('restore_firewall_baseline')).toBe('RB-WIN-SEC-001');
  expect(runbookOfAction('restore_audit_policy')).toBe('RB-WIN-SEC-002');
});

test.each(['format_disk', '', 'constructor', '__proto__'])('%j names no runbook', (action) => {
  expect(runbookOfAction(action)).toBeUndefined();
});

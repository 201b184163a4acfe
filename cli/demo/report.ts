import type { Story } from '../../contracts/story.ts';

/** What the demo found, as `--json` prints it. */
export interface DemoReport {
  incidents: DemoIncident[];
  flapping: { check: string; heals: number; stopped: boolean; state: string };
  /** `runs` is counted on the host, beside Malachor. */
  crash: { check: string; runs: number; killed: 'worker'; state: string; verified: boolean };
  dryRun:
    { check: string; wouldHaveRun: string[]; hostUnchanged: boolean; state: string } | { skipped: string };
  notifications: { delivered: number; signaturesValid: boolean };
  evidence: { entries: number; verified: boolean; tamperFound: boolean; tamperPlace: string };
  planner: 'anthropic' | 'local';
  seconds: number;
}

export interface DemoIncident {
  id: string;
  host: string;
  check: string;
  tier: string;
  state: string;
  detectedToVerifiedMs: number | null;
  attempts: number;
  verified: boolean;
}

/** An incident as the report shows it. */
export function incidentOf(story: Story): DemoIncident {
  const { id, host, check, tier, state, detectedAtMs, verifiedAtMs, attempts } = story;
  const verified = attempts.some(({ verification }) => verification?.status === 'pass');
  const detectedToVerifiedMs = verifiedAtMs === undefined ? null : verifiedAtMs - detectedAtMs;
  return { id, host, check, tier, state, detectedToVerifiedMs, attempts: attempts.length, verified };
}

/** What is not as the story demands; empty where the demo succeeded. */
export function shortcomings(report: DemoReport, expectedTiers: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [check, tier] of expectedTiers) {
    const incident = report.incidents.find((candidate) => candidate.check === check);
    if (!incident) found.push(`${check}: no incident`);
    else if (!incident.verified) found.push(`${check}: not healed, it is ${incident.state}`);
    else if (incident.tier !== tier) found.push(`${check}: settled at ${incident.tier}, not at ${tier}`);
  }
  const { flapping, crash, dryRun, evidence, notifications } = report;
  if (!flapping.stopped) found.push('flapping was not stopped');
  if (crash.runs !== 1) found.push(`the runbook ran ${String(crash.runs)} times over the crash`);
  if (!crash.verified) found.push('the incident did not end well after the crash');
  if ('hostUnchanged' in dryRun && !dryRun.hostUnchanged) found.push('the dry run changed the host');
  if (notifications.delivered === 0 || !notifications.signaturesValid) found.push('no genuine notification');
  if (!evidence.verified || !evidence.tamperFound) found.push('the evidence does not prove itself');
  return found;
}

/** The report for people. */
export function describeReport(report: DemoReport): string {
  const { incidents, flapping, crash, dryRun, notifications, evidence } = report;
  const rows = incidents.map(({ host, check, tier, state, detectedToVerifiedMs, attempts }) => {
    const took = detectedToVerifiedMs === null ? '–' : `${(detectedToVerifiedMs / 1_000).toFixed(1)} s`;
    return [host, check, tier, state, took, String(attempts)];
  });
  const dry =
    'skipped' in dryRun
      ? `skipped: ${dryRun.skipped}`
      : `${dryRun.check}: would have run ${dryRun.wouldHaveRun.join(', ')}; host unchanged: ${yes(dryRun.hostUnchanged)}`;
  return [
    '',
    table([['host', 'check', 'tier', 'state', 'detected → verified', 'runs'], ...rows]),
    '',
    `Flapping       ${flapping.check}: healed ${String(flapping.heals)} times, then stopped for a person`,
    `Crash          worker killed in mid-remediation; the host counted ${String(crash.runs)} run; incident ${crash.state}`,
    `Dry run        ${dry}`,
    `Notifications  ${String(notifications.delivered)} delivered, signatures valid: ${yes(notifications.signaturesValid)}`,
    `Evidence       ${String(evidence.entries)} entries verified offline: ${yes(evidence.verified)}`,
    `Tampering      one flipped byte found: ${yes(evidence.tamperFound)} (${evidence.tamperPlace})`,
    `Planner        ${report.planner === 'local' ? 'local stand-in (no ANTHROPIC_API_KEY)' : 'Anthropic'}`,
    `Took           ${String(report.seconds)} s`,
    '',
  ].join('\n');
}

const yes = (value: boolean) => (value ? 'yes' : 'NO');

function table(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}

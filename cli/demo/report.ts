import type { Story } from '../../contracts/story.ts';
import type { SettledDrift } from './heal-all.ts';
import type { ExpectedEnd } from './planted-drifts.ts';

/** What the demo found, as `--json` prints it. */
export interface DemoReport {
  /** One for each runbook. */
  drifts: DemoDrift[];
  skipped: { runbook: string; reason: string }[];
  flapping: { check: string; heals: number; stopped: boolean; state: string };
  /** `runs` is counted on the host, beside Malachor. */
  crash: { check: string; runs: number; killed: 'worker'; state: string; verified: boolean };
  dryRun:
    { check: string; wouldHaveRun: string[]; hostUnchanged: boolean; state: string } | { skipped: string };
  notifications: { delivered: number; signaturesValid: boolean };
  evidence: {
    entries: number;
    /** How many of them the appliance signed: pages of scans, and heartbeats. */
    scanPages: number;
    heartbeats: number;
    verified: boolean;
    anchored: DemoAnchoring | { skipped: string };
    /** Entries in the object store, which one, and what it can promise. */
    stored: { entries: number; kind: string; level: string };
    tamperFound: boolean;
    tamperPlace: string;
  };
  planner: 'anthropic' | 'local';
  seconds: number;
}

export interface DemoAnchoring {
  /** How many of the entries lead to a block. */
  entries: number;
  /** Its height on the demo's own chain, and whether that chain has it. */
  block: number;
  isTrusted: boolean;
  /** How many proofs the official OpenTimestamps client confirms, and what it says of the others. */
  officialClient: { confirmed: number; unconfirmed: string[] } | { skipped: string };
}

export interface DemoDrift {
  runbook: string;
  host: string;
  what: string;
  /** How it must end, by the risk of its runbook. */
  expected: ExpectedEnd;
  incidents: DemoIncident[];
}

export interface DemoIncident {
  id: string;
  check: string;
  tier: string;
  state: string;
  resolution: string | null;
  detectedToVerifiedMs: number | null;
  attempts: number;
  verified: boolean;
  /** Steps that people are given. */
  guidance: number;
}

/** A planted drift as the report shows it. */
export function drillOf({ drift, host, stories }: SettledDrift): DemoDrift {
  const { runbook, what, ends: expected } = drift;
  return { runbook, host, what, expected, incidents: stories.map(incidentOf) };
}

function incidentOf(story: Story): DemoIncident {
  const { id, check, tier, state, resolution, detectedAtMs, verifiedAtMs, attempts, ticket } = story;
  return {
    id,
    check,
    tier,
    state,
    resolution: resolution ?? null,
    detectedToVerifiedMs: verifiedAtMs === undefined ? null : verifiedAtMs - detectedAtMs,
    attempts: attempts.length,
    verified: attempts.some(({ verification }) => verification?.status === 'pass'),
    guidance: ticket?.guidance?.length ?? 0,
  };
}

/** Why a planted drift did not end as it must; undefined where it did. */
function shortcomingOf({ runbook, expected, incidents }: DemoDrift): string | undefined {
  const told = incidents.map(({ check, tier, state }) => `${check} ${state} at ${tier}`).join(', ');
  if (expected === 'a person') {
    const isHandedOver = incidents.every(
      ({ state, guidance, attempts }) => state === 'waiting_for_person' && guidance > 0 && attempts === 0,
    );
    return isHandedOver ? undefined : `${runbook}: not handed to a person with what to do: ${told}`;
  }
  // One run of a runbook may mend what several checks found; theirs then end as seen passing.
  const healed = incidents.filter(({ verified, resolution }) => verified && resolution === 'healed');
  const isOver = incidents.every(({ resolution }) => resolution === 'healed' || resolution === 'cleared');
  if (healed.length === 0 || !isOver) return `${runbook}: not healed: ${told}`;
  const tier = expected === 'two people' ? 'L3' : expected;
  return healed.every((incident) => incident.tier === tier)
    ? undefined
    : `${runbook}: settled otherwise than at ${tier}: ${told}`;
}

/** What is not as the story demands; empty where the demo succeeded. */
export function shortcomings(report: DemoReport): string[] {
  const found = report.drifts.map(shortcomingOf).filter((each) => each !== undefined);
  const { flapping, crash, dryRun, evidence, notifications } = report;
  if (!flapping.stopped) found.push('flapping was not stopped');
  if (crash.runs !== 1) found.push(`the runbook ran ${String(crash.runs)} times over the crash`);
  if (!crash.verified) found.push('the incident did not end well after the crash');
  if ('hostUnchanged' in dryRun && !dryRun.hostUnchanged) found.push('the dry run changed the host');
  if (notifications.delivered === 0 || !notifications.signaturesValid) found.push('no genuine notification');
  if (!evidence.verified || !evidence.tamperFound) found.push('the evidence does not prove itself');
  if (evidence.scanPages === 0 || evidence.heartbeats === 0) found.push('the appliance signed nothing');
  return [...found, ...anchoringShortcomings(evidence)];
}

function anchoringShortcomings({ entries, anchored }: DemoReport['evidence']): string[] {
  if ('skipped' in anchored) return [];
  const { officialClient } = anchored;
  const found: string[] = [];
  if (anchored.entries !== entries || !anchored.isTrusted)
    found.push('entries lead to no block of the chain');
  if ('skipped' in officialClient) return found;
  if (officialClient.confirmed === 0) found.push('the official client confirmed no proof');
  return [
    ...found,
    ...officialClient.unconfirmed.map((said) => `the official client does not confirm ${said}`),
  ];
}

function describeAnchoring({ anchored }: DemoReport['evidence']): string {
  if ('skipped' in anchored) return `left out: ${anchored.skipped}`;
  const { entries, block, officialClient } = anchored;
  const client =
    'skipped' in officialClient
      ? `not asked: ${officialClient.skipped}`
      : `confirms ${String(officialClient.confirmed)} proofs`;
  return `${String(entries)} entries lead to block ${String(block)} of a chain of its own; official client ${client}`;
}

/** The report for people. */
export function describeReport(report: DemoReport): string {
  const { drifts, skipped, flapping, crash, dryRun, notifications, evidence } = report;
  const rows = drifts.flatMap(({ runbook, host, incidents }) =>
    incidents.map(({ check, tier, state, detectedToVerifiedMs, attempts }) => {
      const took = detectedToVerifiedMs === null ? '–' : `${(detectedToVerifiedMs / 1_000).toFixed(1)} s`;
      return [runbook, host, check, tier, state, took, String(attempts)];
    }),
  );
  const dry =
    'skipped' in dryRun
      ? `skipped: ${dryRun.skipped}`
      : `${dryRun.check}: would have run ${dryRun.wouldHaveRun.join(', ')}; host unchanged: ${yes(dryRun.hostUnchanged)}`;
  return [
    '',
    table([['runbook', 'host', 'check', 'tier', 'state', 'detected → verified', 'runs'], ...rows]),
    ...skipped.map(({ runbook, reason }) => `${runbook}  left out: ${reason}`),
    '',
    `Flapping       ${flapping.check}: healed ${String(flapping.heals)} times, then stopped for a person`,
    `Crash          worker killed in mid-remediation; the host counted ${String(crash.runs)} run; incident ${crash.state}`,
    `Dry run        ${dry}`,
    `Notifications  ${String(notifications.delivered)} delivered, signatures valid: ${yes(notifications.signaturesValid)}`,
    `Evidence       ${String(evidence.entries)} entries verified offline: ${yes(evidence.verified)}; ${String(evidence.scanPages)} pages of scans and ${String(evidence.heartbeats)} heartbeats signed by the appliance`,
    `Anchoring      ${describeAnchoring(evidence)}`,
    `Objects        ${String(evidence.stored.entries)} entries stored once more (${evidence.stored.kind}, ${evidence.stored.level})`,
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

import type { Controls } from '../../contracts/controls.ts';
import type { CheckStatus } from '../../contracts/observation.ts';
import type { IncidentEntry, ScanEntry, TimelineEntry } from './timeline-entry.ts';

/** An entry that an answer rests on. Two times apart: when it was so, and when the ledger learnt it. */
export interface Proof {
  readonly seq: number;
  readonly effectiveAt: string;
  readonly receivedAt: string;
}

/** What a check said, and the entry that says so. */
export interface Finding {
  readonly status: CheckStatus;
  readonly proof: Proof;
}

/** A finding on the host that is asked about, and where it is written what the check stands for. */
export interface Sighting extends Finding {
  readonly check: string;
  /** Of an incident's record. */
  readonly controls?: Controls;
  /** Of a scan: digest of the catalogue's map. */
  readonly controlsDigest?: string;
}

export interface Findings {
  readonly sightings: readonly Sighting[];
  /** Of hosts whose names are kept back, any of which may be the one that is asked about. */
  readonly hidden: readonly Hidden[];
  /** Acceptances of a risk that hold at the date, by check. */
  readonly acceptances: ReadonlyMap<string, Proof & { readonly expiresAt: string }>;
  /** The host in the last scheduled scan: which checks it is held to. */
  readonly lastRow:
    | { readonly at: string; readonly checks: ReadonlySet<string>; readonly controlsDigest: string }
    | undefined;
}

/** Something about a host whose name is kept back. */
export interface Hidden {
  readonly kind: 'scan' | 'incident';
  readonly at: string;
  readonly checks: ReadonlySet<string>;
}

/** Everything on record about a host up to a date, from what the ledger had by then. */
export function findingsOf(
  entries: readonly TimelineEntry[],
  { host, date, knownBy }: { host: string; date: string; knownBy?: string },
): Findings {
  const isPast = (at: string) => Date.parse(at) <= Date.parse(date);
  const known = entries.filter(
    ({ receivedAt }) => knownBy === undefined || Date.parse(receivedAt) <= Date.parse(knownBy),
  );
  const scans = known.filter((entry) => entry.kind === 'scan');
  const incidents = known.filter((entry) => entry.kind === 'incident');
  const rows = scans.flatMap((entry) =>
    entry.scan.hosts.filter(({ readAt }) => isPast(readAt)).map((row) => ({ entry, row })),
  );
  const sightings = [
    ...rows.filter(({ row }) => row.host === host).flatMap(({ entry, row }) => sightingsOf(entry, row)),
    ...incidents.filter((entry) => entry.host === host).flatMap(sightingOf),
  ].filter(({ proof }) => isPast(proof.effectiveAt));
  const shownIn = new Set(rows.filter(({ row }) => row.host === host).map(({ entry }) => entry.scan.scan));
  const hidden = [
    ...rows
      // A scan has each host once: where this one's row is shown, no other of the same scan is its.
      .filter(({ entry, row }) => row.host === undefined && !shownIn.has(entry.scan.scan))
      .map(({ row }): Hidden => ({ kind: 'scan', at: row.readAt, checks: new Set(Object.keys(row.checks)) })),
    ...incidents
      .filter((entry) => entry.host === undefined && isPast(entry.recordedAt))
      .map(({ recordedAt, check }): Hidden => ({
        kind: 'incident',
        at: recordedAt,
        checks: new Set([check]),
      })),
  ];
  const lastRow = rows
    .filter(({ entry, row }) => row.host === host && entry.scan.scheduledAt !== undefined)
    .map(({ entry, row }) => ({
      at: row.readAt,
      checks: new Set(Object.keys(row.checks)),
      controlsDigest: entry.scan.controlsDigest,
    }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .at(-1);
  const own = incidents.filter((entry) => entry.host === host && isPast(entry.recordedAt));
  return { sightings, hidden, acceptances: acceptancesOf(own, date), lastRow };
}

function sightingsOf(
  { seq, receivedAt, scan }: ScanEntry,
  row: ScanEntry['scan']['hosts'][number],
): Sighting[] {
  return Object.entries(row.checks).map(([check, { status }]) => ({
    check,
    status,
    proof: { seq, effectiveAt: row.readAt, receivedAt },
    controlsDigest: scan.controlsDigest,
  }));
}

function sightingOf({ seq, receivedAt, check, latest, controls }: IncidentEntry): Sighting[] {
  if (!latest) return [];
  const proof = { seq, effectiveAt: latest.observedAt, receivedAt };
  return [{ check, status: latest.status, proof, controls }];
}

/** An acceptance holds until it expires or the incident is recorded again, as when it was healed or ended. */
function acceptancesOf(
  incidents: readonly IncidentEntry[],
  date: string,
): Map<string, Proof & { expiresAt: string }> {
  const acceptances = new Map<string, Proof & { expiresAt: string }>();
  const inOrder = [...incidents].sort(
    (a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt) || a.seq - b.seq,
  );
  for (const { moment, check, acceptedRisk, seq, recordedAt, receivedAt } of inOrder) {
    acceptances.delete(check);
    if (moment !== 'risk_accepted' || !acceptedRisk) continue;
    const { acceptedAt, expiresAt } = acceptedRisk;
    if (Date.parse(acceptedAt) <= Date.parse(date) && Date.parse(date) < Date.parse(expiresAt))
      acceptances.set(check, { seq, effectiveAt: recordedAt, receivedAt, expiresAt });
  }
  return acceptances;
}

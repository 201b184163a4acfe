import type { Controls } from '../../contracts/controls.ts';
import type { CheckStatus } from '../../contracts/observation.ts';
import { canonicalJson } from '../canonical-json.ts';
import { type Hidden, HiddenRows } from './hidden-rows.ts';
import type { IncidentEntry, ScanEntry, TimelineEntry } from './timeline-entry.ts';

/** An entry that an answer rests on. Two times apart: when it was so, and when the ledger learnt it. */
export interface Proof {
  readonly seq: number;
  readonly entryHash?: string;
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

/** The host in a scheduled scan: which checks it is held to. */
export interface HostRow {
  readonly seq: number;
  readonly at: string;
  readonly checks: ReadonlySet<string>;
  readonly controlsDigest: string;
}

export interface Acceptance extends Proof {
  readonly expiresAt: string;
}

export interface FindingsQuestion {
  readonly host: string;
  readonly date: string;
  readonly knownBy?: string;
}

/**
 * Everything that counts on record about a host up to a date, from what the ledger had by then, entry by entry. Remembers of each
 * check the last finding alone, so that years of entries need no more memory than a day.
 */
export class Findings {
  /** In the last scheduled scan that shows it. */
  lastRow: HostRow | undefined;
  private readonly question: FindingsQuestion;
  /** The last for each check and each meaning of it: what it stands for is told when all entries are known. */
  private readonly latest = new Map<string, Sighting>();
  private readonly incidents = new Map<string, IncidentEntry>();
  private readonly rows = new HiddenRows();
  private readonly hiddenIncidents = new Map<string, Hidden>();

  constructor(question: FindingsQuestion) {
    this.question = question;
  }

  /** The next entry, in the order of the ledger. */
  take(entry: TimelineEntry): void {
    const { knownBy } = this.question;
    if (knownBy !== undefined && Date.parse(entry.receivedAt) > Date.parse(knownBy)) return;
    if (entry.kind === 'scan') this.takeScan(entry);
    else if (entry.kind === 'incident') this.takeIncident(entry);
  }

  /** Scans before incidents, each in the order of the ledger. */
  get sightings(): readonly Sighting[] {
    const order = (one: Sighting, other: Sighting) =>
      Number(one.controlsDigest === undefined) - Number(other.controlsDigest === undefined) ||
      one.proof.seq - other.proof.seq;
    return [...this.latest.values()].sort(order);
  }

  get hidden(): readonly Hidden[] {
    return [...this.rows.list(), ...this.hiddenIncidents.values()];
  }

  /** The acceptance of the check's risk that holds at the date: until it expires or the incident is recorded again, as when it ended. */
  acceptanceOf(check: string): Acceptance | undefined {
    const incident = this.incidents.get(check);
    if (incident?.moment !== 'risk_accepted' || !incident.acceptedRisk) return undefined;
    const { recordedAt, acceptedRisk } = incident;
    const date = Date.parse(this.question.date);
    if (Date.parse(acceptedRisk.acceptedAt) > date || date >= Date.parse(acceptedRisk.expiresAt))
      return undefined;
    return { ...proofOf(incident, recordedAt), expiresAt: acceptedRisk.expiresAt };
  }

  private isPast(at: string): boolean {
    return Date.parse(at) <= Date.parse(this.question.date);
  }

  private takeScan(entry: ScanEntry): void {
    const { seq, scan } = entry;
    const { controlsDigest } = scan;
    for (const { host, readAt: at, checks } of scan.hosts) {
      if (!this.isPast(at)) continue;
      if (host === undefined) {
        this.rows.hide(scan.scan, { kind: 'scan', seq, at, checks: new Set(Object.keys(checks)) });
      }
      if (host !== this.question.host) continue;
      this.rows.show(scan.scan);
      const proof = proofOf(entry, at);
      for (const [check, { status }] of Object.entries(checks))
        this.see(controlsDigest, { check, status, proof, controlsDigest });
      const isLater = !this.lastRow || Date.parse(at) >= Date.parse(this.lastRow.at);
      if (scan.scheduledAt !== undefined && isLater)
        this.lastRow = { seq, at, checks: new Set(Object.keys(checks)), controlsDigest };
    }
  }

  private takeIncident(entry: IncidentEntry): void {
    const { host, seq, recordedAt, check, latest, controls } = entry;
    if (host === undefined && this.isPast(recordedAt)) {
      const before = this.hiddenIncidents.get(check);
      if (!before || Date.parse(recordedAt) >= Date.parse(before.at))
        this.hiddenIncidents.set(check, {
          kind: 'incident',
          seq,
          at: recordedAt,
          checks: new Set([check]),
        });
    }
    if (host !== this.question.host) return;
    if (latest && this.isPast(latest.observedAt)) {
      const proof = proofOf(entry, latest.observedAt);
      this.see(canonicalJson(controls), { check, status: latest.status, proof, controls });
    }
    const before = this.incidents.get(check);
    const isLater = !before || Date.parse(recordedAt) >= Date.parse(before.recordedAt);
    if (this.isPast(recordedAt) && isLater) this.incidents.set(check, entry);
  }

  private see(meaning: string, sighting: Sighting): void {
    const key = `${sighting.check} ${meaning}`;
    const before = this.latest.get(key);
    if (!before || Date.parse(sighting.proof.effectiveAt) >= Date.parse(before.proof.effectiveAt))
      this.latest.set(key, sighting);
  }
}

function proofOf({ seq, entryHash, receivedAt }: TimelineEntry, effectiveAt: string): Proof {
  return { seq, ...(entryHash !== undefined && { entryHash }), effectiveAt, receivedAt };
}

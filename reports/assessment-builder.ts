import type { Controls } from '../contracts/controls.ts';
import { checkStatusSchema, severitySchema } from '../contracts/observation.ts';
import type { Gap } from '../evidence/completeness/gap.ts';
import { openPredicate } from '../evidence/disclosure/open-predicate.ts';
import type { LedgerEntry } from '../evidence/ledger.ts';
import { heartbeatPredicateType } from '../evidence/statements/heartbeat-v1.ts';
import type { Statement } from '../evidence/statements/read-statement.ts';
import { scanPredicateType } from '../evidence/statements/scan-v1.ts';
import { z } from 'zod';
import {
  type AcceptedRiskFact,
  type AssessmentReport,
  type Finding,
  type IncidentFact,
  withheldHost,
} from './assessment.ts';
import { controlResults } from './control-results.ts';

/** What is not in the entries. */
export interface AssessmentFacts {
  readonly site: string;
  readonly createdAt: string;
  readonly firstSeq: number;
  readonly keys: AssessmentReport['keys'];
  readonly gaps?: readonly Gap[] | undefined;
  readonly anchored?: AssessmentReport['anchored'];
  /** What checks stand for, as the catalogue has it; what incidents say of theirs is known without it. */
  readonly controls?: Readonly<Record<string, Controls>>;
}

/** Of a story, whose shape is open: what is there in a known form. */
const storySchema = z.looseObject({
  title: z.string().catch('Untitled'),
  severity: severitySchema.or(z.literal('unknown')).catch('unknown'),
  openedAt: z.string().catch(''),
  latest: z
    .looseObject({ status: checkStatusSchema, observedAt: z.iso.datetime() })
    .optional()
    .catch(undefined),
  acceptedRisk: z
    .looseObject({
      acceptedAt: z.iso.datetime(),
      expiresAt: z.iso.datetime(),
      signers: z
        .array(z.looseObject({ actor: z.looseObject({ name: z.string().catch('(withheld)') }) }))
        .catch([]),
    })
    .optional()
    .catch(undefined),
});

/**
 * Puts an assessment together from a ledger's entries as they go by, in order; each was verified before. Remembers one finding for
 * each check on each host, however many entries there are.
 */
export class AssessmentBuilder {
  private readonly findings = new Map<string, Finding>();
  private readonly risks = new Map<string, AcceptedRiskFact>();
  private readonly controls = new Map<string, Controls>();
  private readonly counts = { incidents: 0, scans: 0, heartbeats: 0 };
  private from: string | undefined;
  private to: string | undefined;

  /**
   * The next entry.
   *
   * @param disclosed what is to be shown of its hidden fields, by place: values that were found genuine, and stand-ins for hosts
   *   that are kept back but must be told apart
   */
  take(
    { seq, recordedAt }: LedgerEntry,
    statement: Statement,
    disclosed: ReadonlyMap<string, unknown> = new Map(),
  ): void {
    this.from ??= recordedAt;
    this.to = recordedAt;
    if (statement.predicateType === heartbeatPredicateType) {
      this.counts.heartbeats++;
    } else if (statement.predicateType === scanPredicateType) {
      this.counts.scans++;
      statement.predicate.hosts.forEach(({ checks, readAt }, index) => {
        const host = nameOf(disclosed.get(`/hosts/${index}/host`));
        for (const [check, { status }] of Object.entries(checks)) {
          this.find({ host, check, status, observedAt: readAt, seq });
        }
      });
    } else {
      this.counts.incidents++;
      this.takeIncident(seq, statement.predicate, disclosed);
    }
  }

  private takeIncident(
    seq: number,
    predicate: Extract<Statement['predicate'], { moment: unknown }>,
    disclosed: ReadonlyMap<string, unknown>,
  ): void {
    const { check, controls, moment, recordedAt } = predicate;
    const opened = openPredicate(predicate, disclosed) as { host: unknown; story: unknown };
    const host = nameOf(opened.host);
    const story = storySchema.parse(opened.story);
    const id = keyOf(host, check);
    this.controls.set(check, controls);
    const before = this.findings.get(id);
    const incident: IncidentFact = {
      title: story.title,
      severity: story.severity,
      moment,
      openedAt: story.openedAt,
      recordedAt,
      seq,
      records: (before?.incident?.records ?? 0) + 1,
    };
    const { status, observedAt } = story.latest ?? { status: 'unknown' as const, observedAt: recordedAt };
    this.find({ host, check, status, observedAt, seq, incident });
    this.risks.delete(id);
    if (moment !== 'risk_accepted' || !story.acceptedRisk) return;
    const { acceptedAt, expiresAt, signers } = story.acceptedRisk;
    const names = signers.map(({ actor }) => actor.name);
    this.risks.set(id, { host, check, title: story.title, acceptedAt, expiresAt, signers: names, seq });
  }

  /** The later observation counts; an incident stays with its check until another one comes. */
  private find(found: Omit<Finding, 'controls'>): void {
    const id = keyOf(found.host, found.check);
    const before = this.findings.get(id);
    const isLater = !before || Date.parse(found.observedAt) >= Date.parse(before.observedAt);
    const { host, check, status, observedAt, seq } = isLater ? found : before;
    const incident = found.incident ?? before?.incident;
    this.findings.set(id, {
      host,
      check,
      status,
      observedAt,
      seq,
      controls: undefined,
      ...(incident && { incident }),
    });
  }

  build(facts: AssessmentFacts): AssessmentReport {
    const controlsOf = (check: string) => facts.controls?.[check] ?? this.controls.get(check);
    const findings = [...this.findings.values()]
      .map((finding): Finding => ({ ...finding, controls: controlsOf(finding.check) }))
      .sort((left, right) => compare(left.check, right.check) || compare(left.host, right.host));
    const acceptedRisks = [...this.risks.values()].sort(
      (left, right) => compare(left.check, right.check) || compare(left.host, right.host),
    );
    const { site, createdAt, firstSeq, keys, gaps, anchored } = facts;
    return {
      site,
      createdAt,
      ...(this.from !== undefined && this.to !== undefined ? { from: this.from, to: this.to } : {}),
      firstSeq,
      entries: this.counts.incidents + this.counts.scans + this.counts.heartbeats,
      counts: { ...this.counts },
      findings,
      controls: controlResults(findings, acceptedRisks, createdAt),
      acceptedRisks,
      gaps,
      keys,
      ...(anchored && { anchored }),
    };
  }
}

function nameOf(host: unknown): string {
  return typeof host === 'string' ? host : withheldHost;
}

/** Hosts without a name or a stand-in cannot be told apart; together they are one line a check. */
function keyOf(host: string, check: string): string {
  return `${host} ${check}`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

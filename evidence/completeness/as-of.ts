import type { Controls, Framework } from '../../contracts/controls.ts';
import { type CheckStatus, isDrift } from '../../contracts/observation.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Sha256 } from '../digest.ts';
import { type Acceptance, type Finding, Findings, type Proof, type Sighting } from './findings.ts';
import type { TimelineEntry } from './timeline-entry.ts';

/** "Did host X meet control C on date D?" (H5) */
export interface AsOfQuestion {
  readonly host: string;
  readonly framework: Framework;
  /** As `164.312(a)(2)(iv)`; stands for those under it, too. */
  readonly control: string;
  /** The moment that is asked about, by effective time; ISO 8601, UTC. */
  readonly date: string;
  /** Answer from what the ledger had by then, by receipt time; from all there is without it. */
  readonly knownBy?: string;
  /** A finding older than this says nothing any more. */
  readonly staleAfterSeconds: number;
}

export type ControlStatus = 'pass' | 'fail' | 'unknown' | 'accepted_risk';

export interface CheckAnswer {
  readonly check: string;
  readonly status: ControlStatus;
  /**
   * Of `unknown`: `stale`, the last finding is too old; `withheld`, a later one may be of this host and its name is kept back;
   * `not_judged`, the check could not be carried out or judged.
   */
  readonly because?: 'stale' | 'withheld' | 'not_judged';
  readonly found: CheckStatus;
  readonly proof: Proof;
  /** Of `accepted_risk`: the entry of the two signatures, and until when they hold. */
  readonly acceptance?: Acceptance;
}

export interface AsOfAnswer {
  readonly status: ControlStatus;
  /**
   * Of `unknown` as a whole: `never_checked`, no check of the control was on record for the host; `controls_unknown`, it was
   * scanned, and what the checks stand for was not given; `withheld`, none is shown, and records of hosts whose names are kept back
   * may be of this one.
   */
  readonly because?: 'never_checked' | 'controls_unknown' | 'withheld';
  readonly checks: readonly CheckAnswer[];
  /** Checks of the control that were found earlier and are no longer part of the host's scheduled scans; they do not count. */
  readonly dropped: readonly CheckAnswer[];
}

/** An answer, and from which entry on the ledger gives the same. */
export interface RestingAnswer {
  readonly answer: AsOfAnswer;
  /** With all entries from this number on; 0 where it rests on what is not there. */
  readonly fromSeq: number;
}

/** `AsOf` over entries that are at hand. */
export function asOf(
  question: AsOfQuestion,
  entries: Iterable<TimelineEntry>,
  controlMaps: readonly Readonly<Record<string, Controls>>[],
  sha256: Sha256,
): AsOfAnswer {
  const asked = new AsOf(question);
  for (const entry of entries) asked.take(entry);
  return asked.answer(controlMaps, sha256).answer;
}

/**
 * Answers from entries that were verified, taken one by one in the order of the ledger. One check that fails makes the control
 * fail; else one that is unknown makes it unknown; else an accepted risk makes it that.
 */
export class AsOf {
  private readonly question: AsOfQuestion;
  private readonly findings: Findings;

  constructor(question: AsOfQuestion) {
    this.question = question;
    this.findings = new Findings(question);
  }

  take(entry: TimelineEntry): void {
    this.findings.take(entry);
  }

  /**
   * @param controlMaps what checks stand for, as the catalogue has it, by check; a scan says by digest which it means, and none
   *   that is not the very one is taken
   */
  answer(controlMaps: readonly Readonly<Record<string, Controls>>[], sha256: Sha256): RestingAnswer {
    const mapByDigest = new Map(controlMaps.map((map) => [sha256(canonicalJson(map)), map]));
    const { lastRow } = this.findings;
    const answers = [...this.latestOf(mapByDigest)].map(([check, finding]) => this.answerOf(check, finding));
    const isDropped = ({ check, proof }: CheckAnswer) =>
      lastRow !== undefined && !lastRow.checks.has(check) && time(lastRow.at) > time(proof.effectiveAt);
    const checks = answers.filter((answer) => !isDropped(answer));
    const dropped = answers.filter(isDropped);
    const isMapMissing = lastRow !== undefined && !mapByDigest.has(lastRow.controlsDigest);
    const status = worst(checks.map((answer) => answer.status));
    const whole =
      status !== 'fail' && isMapMissing
        ? ({ status: 'unknown', because: 'controls_unknown' } as const)
        : status === undefined
          ? ({
              status: 'unknown',
              because: this.findings.hidden.length > 0 ? 'withheld' : 'never_checked',
            } as const)
          : { status };
    return { answer: { ...whole, checks, dropped }, fromSeq: this.restsFrom(answers) };
  }

  /** The last finding of each check that stands for the control. */
  private latestOf(mapByDigest: ReadonlyMap<string, Readonly<Record<string, Controls>>>) {
    const { control, framework } = this.question;
    const meets = (sighting: Sighting) => {
      const controls = sighting.controls ?? mapByDigest.get(sighting.controlsDigest ?? '')?.[sighting.check];
      return controls?.[framework].some((id) => isUnder(control, id)) ?? false;
    };
    const latest = new Map<string, Finding>();
    for (const { check, status, proof } of this.findings.sightings.filter(meets)) {
      const known = latest.get(check);
      if (!known || time(proof.effectiveAt) >= time(known.proof.effectiveAt))
        latest.set(check, { status, proof });
    }
    return latest;
  }

  private answerOf(check: string, { status: found, proof }: Finding): CheckAnswer {
    const base = { check, found, proof };
    if (time(this.question.date) - time(proof.effectiveAt) > this.question.staleAfterSeconds * 1_000)
      return { ...base, status: 'unknown', because: 'stale' };
    if (this.isHiddenAfter(check, proof, ['scan', 'incident']))
      return { ...base, status: 'unknown', because: 'withheld' };
    if (found === 'pass') return { ...base, status: 'pass' };
    if (!isDriftJudged(found)) return { ...base, status: 'unknown', because: 'not_judged' };
    const acceptance = this.findings.acceptanceOf(check);
    if (!acceptance) return { ...base, status: 'fail' };
    // What ended the acceptance may be kept back.
    if (this.isHiddenAfter(check, acceptance, ['incident']))
      return { ...base, status: 'unknown', because: 'withheld' };
    return { ...base, status: 'accepted_risk', acceptance };
  }

  private isHiddenAfter(check: string, { effectiveAt }: Proof, kinds: readonly string[]): boolean {
    return this.findings.hidden.some(
      ({ kind, at, checks }) => kinds.includes(kind) && time(at) >= time(effectiveAt) && checks.has(check),
    );
  }

  /** What is before the first entry that counts was overtaken by what follows, and changes nothing. */
  private restsFrom(answers: readonly CheckAnswer[]): number {
    if (answers.length === 0) return 0;
    const { lastRow, hidden } = this.findings;
    const acceptances = answers.flatMap(({ check, found }) =>
      isDriftJudged(found) ? (this.findings.acceptanceOf(check)?.seq ?? []) : [],
    );
    const seqs = [
      ...answers.map(({ proof }) => proof.seq),
      ...acceptances,
      ...(lastRow ? [lastRow.seq] : []),
    ];
    const hiddenAfter = hidden.filter(({ at, checks }) =>
      answers.some(({ check, proof }) => checks.has(check) && time(at) >= time(proof.effectiveAt)),
    );
    return Math.min(...seqs, ...hiddenAfter.map(({ seq }) => seq));
  }
}

/** `fail` and `warning`; `error` and `unknown` say nothing about the host. */
function isDriftJudged(status: CheckStatus): boolean {
  return isDrift(status) && status !== 'error' && status !== 'unknown';
}

function worst(statuses: readonly ControlStatus[]): ControlStatus | undefined {
  const order: readonly ControlStatus[] = ['fail', 'unknown', 'accepted_risk', 'pass'];
  return order.find((status) => statuses.includes(status));
}

function isUnder(control: string, id: string): boolean {
  return id === control || id.startsWith(`${control}(`) || id.startsWith(`${control}.`);
}

function time(iso: string): number {
  return Date.parse(iso);
}

import type { Controls, Framework } from '../../contracts/controls.ts';
import { type CheckStatus, isDrift } from '../../contracts/observation.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Sha256 } from '../digest.ts';
import { type Finding, findingsOf, type Proof, type Sighting } from './findings.ts';
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
  readonly acceptance?: Proof & { readonly expiresAt: string };
}

export interface AsOfAnswer {
  readonly status: ControlStatus;
  /**
   * Of `unknown` as a whole: `never_checked`, no check of the control was on record for the host; `controls_unknown`, it was
   * scanned, and what the checks stand for was not given.
   */
  readonly because?: 'never_checked' | 'controls_unknown';
  readonly checks: readonly CheckAnswer[];
  /** Checks of the control that were found earlier and are no longer part of the host's scheduled scans; they do not count. */
  readonly dropped: readonly CheckAnswer[];
}

/**
 * Answers from entries that were verified. One check that fails makes the control fail; else one that is unknown makes it
 * unknown; else an accepted risk makes it that.
 *
 * @param controlMaps what checks stand for, as the catalogue has it, by check; a scan says by digest which it means, and none
 *   that is not the very one is taken
 */
export function asOf(
  question: AsOfQuestion,
  entries: readonly TimelineEntry[],
  controlMaps: readonly Readonly<Record<string, Controls>>[],
  sha256: Sha256,
): AsOfAnswer {
  const mapByDigest = new Map(controlMaps.map((map) => [sha256(canonicalJson(map)), map]));
  const { sightings, hidden, acceptances, lastRow } = findingsOf(entries, question);
  const meets = (sighting: Sighting) => {
    const controls = sighting.controls ?? mapByDigest.get(sighting.controlsDigest ?? '')?.[sighting.check];
    return controls?.[question.framework].some((id) => isUnder(question.control, id)) ?? false;
  };
  const latest = new Map<string, Finding>();
  for (const { check, ...finding } of sightings.filter(meets)) {
    const known = latest.get(check);
    if (!known || time(finding.proof.effectiveAt) >= time(known.proof.effectiveAt))
      latest.set(check, finding);
  }

  const answers = [...latest].map(([check, finding]): CheckAnswer => {
    const { status: found, proof } = finding;
    const base = { check, found, proof };
    if (time(question.date) - time(proof.effectiveAt) > question.staleAfterSeconds * 1_000)
      return { ...base, status: 'unknown', because: 'stale' };
    const isHiddenAfter = ({ effectiveAt }: Proof, kinds: readonly string[]) =>
      hidden.some(
        ({ kind, at, checks }) => kinds.includes(kind) && time(at) >= time(effectiveAt) && checks.has(check),
      );
    if (isHiddenAfter(proof, ['scan', 'incident']))
      return { ...base, status: 'unknown', because: 'withheld' };
    if (found === 'pass') return { ...base, status: 'pass' };
    const acceptance = acceptances.get(check);
    // What ended the acceptance may be kept back.
    if (isDriftJudged(found) && acceptance && isHiddenAfter(acceptance, ['incident']))
      return { ...base, status: 'unknown', because: 'withheld' };
    if (isDriftJudged(found) && acceptance) return { ...base, status: 'accepted_risk', acceptance };
    return isDriftJudged(found)
      ? { ...base, status: 'fail' }
      : { ...base, status: 'unknown', because: 'not_judged' };
  });
  const isDropped = ({ check, proof }: CheckAnswer) =>
    lastRow !== undefined && !lastRow.checks.has(check) && time(lastRow.at) > time(proof.effectiveAt);
  const checks = answers.filter((answer) => !isDropped(answer));
  const dropped = answers.filter(isDropped);

  const isMapMissing = lastRow !== undefined && !mapByDigest.has(lastRow.controlsDigest);
  const status = worst(checks.map((answer) => answer.status));
  if (status !== 'fail' && isMapMissing)
    return { status: 'unknown', because: 'controls_unknown', checks, dropped };
  if (status === undefined) return { status: 'unknown', because: 'never_checked', checks, dropped };
  return { status, checks, dropped };
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

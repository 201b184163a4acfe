import { type Framework, frameworks } from '../contracts/controls.ts';
import type { AcceptedRiskFact, ControlResult, ControlStatus, Finding } from './assessment.ts';

/** Results by framework and control, in natural order of the controls. */
export function controlResults(
  findings: readonly Finding[],
  acceptedRisks: readonly AcceptedRiskFact[],
  now: string,
): ControlResult[] {
  const accepted = new Set(
    acceptedRisks
      .filter(({ expiresAt }) => Date.parse(expiresAt) > Date.parse(now))
      .map(({ host, check }) => `${host} ${check}`),
  );
  return frameworks.flatMap((framework) =>
    [...byControl(findings, framework)]
      .sort(([left], [right]) => left.localeCompare(right, 'en', { numeric: true }))
      .map(([control, own]) => resultOf(framework, control, own, accepted)),
  );
}

function byControl(findings: readonly Finding[], framework: Framework): Map<string, Finding[]> {
  const controls = new Map<string, Finding[]>();
  for (const finding of findings) {
    for (const control of finding.controls?.[framework] ?? []) {
      const own = controls.get(control);
      if (own) own.push(finding);
      else controls.set(control, [finding]);
    }
  }
  return controls;
}

function resultOf(
  framework: Framework,
  control: string,
  findings: readonly Finding[],
  acceptedRisks: ReadonlySet<string>,
): ControlResult {
  let [passing, failing, accepted, notJudged] = [0, 0, 0, 0];
  for (const { host, check, status } of findings) {
    if (status === 'pass') passing++;
    else if (acceptedRisks.has(`${host} ${check}`)) accepted++;
    else if (status === 'error' || status === 'unknown') notJudged++;
    else failing++;
  }
  return {
    framework,
    control,
    status: statusOf(failing, notJudged, accepted),
    checks: [...new Set(findings.map(({ check }) => check))],
    hosts: new Set(findings.map(({ host }) => host)).size,
    passing,
    failing,
    accepted,
    notJudged,
  };
}

function statusOf(failing: number, notJudged: number, accepted: number): ControlStatus {
  if (failing > 0) return 'not_met';
  if (notJudged > 0) return 'not_judged';
  return accepted > 0 ? 'accepted_risk' : 'met';
}

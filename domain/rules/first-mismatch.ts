import type { RuleDefinition } from '../../contracts/catalog/rule.ts';
import { evaluateCondition } from '../facts/evaluate-condition.ts';
import { isTimeZone } from '../time-window/local-time.ts';
import { isInWindows } from '../time-window/time-window.ts';
import { coversCheck } from './covers-check.ts';
import { statusMismatch } from './status-mismatch.ts';
import type { RuleQuestion } from './rule-question.ts';

/** The first reason why a rule does not match, as one sentence; undefined where it does. */
export function firstMismatch(rule: RuleDefinition, question: RuleQuestion): string | undefined {
  for (const mismatch of mismatches) {
    const reason = mismatch(rule, question);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

type Mismatch = (rule: RuleDefinition, question: RuleQuestion) => string | undefined;

/** Cheap and telling ones first: a reader wants to know first that a rule is about something else. */
const mismatches: readonly Mismatch[] = [
  (rule) => (rule.enabled ? undefined : 'the rule is disabled'),
  checkMismatch,
  osMismatch,
  ruleStatusMismatch,
  severityMismatch,
  factsMismatch,
  timeWindowMismatch,
  runbookMismatch,
  cooldownMismatch,
];

function checkMismatch({ match }: RuleDefinition, { observation }: RuleQuestion): string | undefined {
  const isMatch = coversCheck(match.check, observation.check);
  return isMatch ? undefined : `check ${observation.check} is not ${match.check}`;
}

function osMismatch({ match }: RuleDefinition, { observation }: RuleQuestion): string | undefined {
  const { family, id } = observation.os;
  if (match.os === undefined || match.os.includes(family) || match.os.includes(id)) return undefined;
  return `os ${family} (${id}) is not ${match.os.join(' or ')}`;
}

function ruleStatusMismatch(rule: RuleDefinition, question: RuleQuestion): string | undefined {
  const { status } = question.observation;
  if (!rule.match.status.some((wanted) => wanted === status)) {
    return `status ${status} is not ${rule.match.status.join(' or ')}`;
  }
  const runbook = question.runbooks.get(rule.runbook)?.definition;
  return runbook === undefined ? undefined : statusMismatch(status, runbook)?.reason;
}

function severityMismatch({ match }: RuleDefinition, { observation }: RuleQuestion): string | undefined {
  if (match.severity === undefined || match.severity.includes(observation.severity)) return undefined;
  return `severity ${observation.severity} is not ${match.severity.join(' or ')}`;
}

function factsMismatch({ match }: RuleDefinition, { observation }: RuleQuestion): string | undefined {
  if (match.facts === undefined) return undefined;
  const { holds, reason } = evaluateCondition(match.facts, observation.facts);
  return holds ? undefined : `facts do not match: ${reason}`;
}

function timeWindowMismatch({ match }: RuleDefinition, { policy, at }: RuleQuestion): string | undefined {
  if (match.timeWindow === undefined) return undefined;
  const { timeZone } = policy;
  if (!isTimeZone(timeZone)) {
    return `the site's time zone ${timeZone} is not known; correct it in the site's policy`;
  }
  if (isInWindows([match.timeWindow], Date.parse(at), timeZone)) return undefined;
  const { days, from, to } = match.timeWindow;
  return `${at} is outside of the window ${days.join(' ')} ${from}-${to} (${timeZone})`;
}

function runbookMismatch(rule: RuleDefinition, question: RuleQuestion): string | undefined {
  const runbook = question.runbooks.get(rule.runbook)?.definition;
  if (runbook === undefined) return `runbook ${rule.runbook} is not in the catalogue`;
  if (question.policy.runbooks[rule.runbook]?.enabled === false) {
    return `runbook ${rule.runbook} is disabled at this site`;
  }
  const { family } = question.observation.os;
  return runbook.os.includes(family) ? undefined : `runbook ${rule.runbook} is not for ${family}`;
}

function cooldownMismatch(rule: RuleDefinition, { lastUses, at }: RuleQuestion): string | undefined {
  const lastUse = lastUses.get(rule.id);
  if (lastUse === undefined || rule.cooldownMinutes === 0) return undefined;
  const endsMs = Date.parse(lastUse) + rule.cooldownMinutes * 60_000;
  if (Date.parse(at) >= endsMs) return undefined;
  return `the rule was used on this host at ${lastUse} and rests until ${new Date(endsMs).toISOString()}`;
}

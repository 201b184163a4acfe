import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { CheckStatus, Observation } from '../../contracts/observation.ts';
import { judgeCheck } from '../catalog/judge-check.ts';

/** What a stored observation says under other parameters, or why only a new look at the host can tell. */
export type NewJudgement =
  { isKnown: true; status: CheckStatus; message: string } | { isKnown: false; reason: string };

/**
 * Judges an observation's facts with other parameters. What the parameters change in the reading itself cannot be known
 * without reading again, and a check that could not be carried out has no facts to judge.
 */
export function judgeAnew(
  check: CheckDefinition,
  observation: Observation,
  before: ParameterValues,
  after: ParameterValues,
): NewJudgement {
  const { status, message, facts } = observation;
  const changed = changedNames(before, after);
  if (changed.length === 0) return { isKnown: true, status, message };
  if (status === 'error')
    return { isKnown: false, reason: `It could not be carried out the last time: ${message}` };
  const read = changed.filter((name) => isRead(check, name));
  if (read.length > 0) return { isKnown: false, reason: `The probe itself reads ${read.join(', ')}` };
  const judged = judgeCheck(check, { facts, unreadable: {} }, after);
  return { isKnown: true, status: judged.status, message: judged.message };
}

/** Names whose values differ, sorted. */
export function changedNames(before: ParameterValues, after: ParameterValues): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

function isRead({ probe }: CheckDefinition, parameter: string): boolean {
  if (probe.kind === 'collector') return true;
  return new RegExp(`\\bP_${parameter.toUpperCase()}\\b`, 'u').test(probe.script);
}

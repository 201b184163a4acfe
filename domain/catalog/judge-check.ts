import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import type { CheckStatus } from '../../contracts/observation.ts';
import { bindParameters } from '../facts/bind-parameters.ts';
import { evaluateCondition, showFact } from '../facts/evaluate-condition.ts';
import { analyses } from './analyses.ts';
import { defaultValues } from './parameters.ts';
import { parseProbeOutput } from './parse-probe-output.ts';
import type { ProbeReading } from './parse-probe-output.ts';

/** The longest message an observation takes. */
const maxMessageCharacters = 2_000;

export interface Judgement {
  status: Exclude<CheckStatus, 'error'>;
  /** One sentence for people. */
  message: string;
  facts: Facts;
}

/** What a probe that ran to its end and exited 0 says about the check. Never throws, whatever the output is. */
export function judgeProbeOutput(
  check: CheckDefinition,
  output: string,
  parameters: ParameterValues = defaultValues(check),
): Judgement {
  return judgeCheck(check, parseProbeOutput(check, output), parameters);
}

/**
 * Judges what was read, the facts of the check's analysis added. The first entry of `check.judge` whose condition holds gives status and message. A required fact that was not read,
 * or no entry holding, is `unknown`: nothing is known about the thing checked, so nothing may be done about it (H8).
 */
export function judgeCheck(
  check: CheckDefinition,
  reading: ProbeReading,
  parameters: ParameterValues = defaultValues(check),
): Judgement {
  const { unreadable } = reading;
  const analyse = check.analysis === undefined ? undefined : analyses[check.analysis];
  const facts = analyse ? { ...reading.facts, ...analyse(reading.facts, parameters) } : reading.facts;
  for (const [name, { required }] of Object.entries(check.facts)) {
    if (required && !Object.hasOwn(facts, name)) {
      const why = unreadable[name];
      return unknown(facts, `The host's answer lacks ${name}${why === undefined ? '' : `: ${why}`}.`);
    }
  }
  for (const { when, status, message } of check.judge) {
    if (evaluateCondition(bindParameters(when, parameters), facts).holds)
      return { status, message: fill(message, { ...parameters, ...facts }), facts };
  }
  return unknown(facts, `The host's answer fits none of the cases that ${check.id} knows.`);
}

function unknown(facts: Facts, message: string): Judgement {
  return { status: 'unknown', message, facts };
}

const placeholder = /\{([a-z][a-z0-9_]{0,63})\}/gu;

/** Names of the facts and parameters that a message shows. */
export function placeholders(message: string): string[] {
  return [...message.matchAll(placeholder)].map((match) => match[1] ?? '');
}

/** One pass, so that a value with braces in it is not filled again. */
function fill(message: string, facts: Facts): string {
  const text = message.replace(placeholder, (_all, name: string) => showInMessage(facts, name));
  return text.length > maxMessageCharacters ? `${text.slice(0, maxMessageCharacters - 1)}…` : text;
}

function showInMessage(facts: Facts, name: string): string {
  const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
  if (value === undefined || value === null) return 'nothing';
  if (!Array.isArray(value)) return typeof value === 'string' ? showText(value) : showFact(value);
  const more = value.length > 5 ? `, and ${value.length - 5} more` : '';
  return value.length === 0 ? 'none' : `${value.slice(0, 5).map(showText).join(', ')}${more}`;
}

/** A text of the host within a sentence: without what could forge lines or turn the reading direction, and short. */
function showText(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\ufffd');
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}

import type { Condition, FactCondition, Facts, FactValue } from '../../contracts/facts.ts';
import { isParameter } from './bind-parameters.ts';

/** Whether a condition holds for some facts, and why, as one sentence for rule traces. */
export interface ConditionResult {
  holds: boolean;
  reason: string;
}

/**
 * Longest text a pattern is tried on, and longest list in total. Facts come from the host, so whoever owns the host
 * chooses their length; a pattern that `find-slow-pattern.ts` lets through stays quick within these bounds.
 */
export const patternTextLimit = 2_048;
export const patternListLimit = 65_536;

/** `undecided` where a fact is missing or cannot be compared; neither it nor its negation ever holds. */
type Verdict = 'yes' | 'no' | 'undecided';
interface Outcome {
  verdict: Verdict;
  reason: string;
}

/**
 * Evaluates `condition` over `facts`. Never throws, whatever the facts are.
 *
 * A missing fact (absent or null) decides nothing: comparisons with it do not hold, and `not` around such a comparison
 * does not hold either, so that what was not read never leads to a judgement or a fix. Only `exists` and
 * `equals: null` speak about missing facts. On lists, `regex` and `contains` look at each line, `lt` and the like
 * decide nothing. Comparisons are by type: the text `1` is not the number 1.
 */
export function evaluateCondition(condition: Condition, facts: Facts): ConditionResult {
  const { verdict, reason } = decide(condition, facts);
  return { holds: verdict === 'yes', reason };
}

function decide(condition: Condition, facts: Facts): Outcome {
  if ('all' in condition) return decideAll(condition.all, facts);
  if ('any' in condition) return decideAny(condition.any, facts);
  if ('not' in condition) return negate(decide(condition.not, facts));
  return decideFact(condition, facts);
}

function decideAll(parts: readonly Condition[], facts: Facts): Outcome {
  const outcomes = parts.map((part) => decide(part, facts));
  const broken = outcomes.find((outcome) => outcome.verdict === 'no');
  return (
    broken ?? outcomes.find((outcome) => outcome.verdict === 'undecided') ?? join(outcomes, 'yes', 'and')
  );
}

function decideAny(parts: readonly Condition[], facts: Facts): Outcome {
  const outcomes = parts.map((part) => decide(part, facts));
  const held = outcomes.find((outcome) => outcome.verdict === 'yes');
  return held ?? outcomes.find((outcome) => outcome.verdict === 'undecided') ?? join(outcomes, 'no', 'and');
}

function negate(inner: Outcome): Outcome {
  if (inner.verdict === 'undecided') return inner;
  return { verdict: inner.verdict === 'yes' ? 'no' : 'yes', reason: inner.reason };
}

function join(outcomes: readonly Outcome[], verdict: Verdict, word: string): Outcome {
  const reasons = outcomes.map((outcome) => outcome.reason).join(` ${word} `);
  return { verdict, reason: reasons.length > 600 ? `${reasons.slice(0, 599)}…` : reasons };
}

function decideFact(condition: FactCondition, facts: Facts): Outcome {
  const name = condition.fact;
  const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
  const isThere = value !== undefined && value !== null;
  if (condition.exists !== undefined) {
    return answer(isThere === condition.exists, `fact ${name} ${isThere ? 'exists' : 'is missing'}`);
  }
  if (value === undefined || (value === null && !comparesWithNull(condition))) {
    return { verdict: 'undecided', reason: `fact ${name} is missing` };
  }
  return compare(condition, name, value);
}

function comparesWithNull({ equals, in: among }: FactCondition): boolean {
  return equals === null || (among?.includes(null) ?? false);
}

function compare(condition: FactCondition, name: string, value: FactValue): Outcome {
  const shown = `fact ${name} is ${showFact(value)}`;
  const { equals, contains } = condition;
  // A parameter nobody gave a value.
  if (isParameter(equals) || isParameter(contains)) return { verdict: 'undecided', reason: shown };
  if (equals !== undefined) {
    const isEqual = same(value, equals);
    return answer(isEqual, isEqual ? shown : `${shown}, not ${showFact(equals)}`);
  }
  if (condition.in !== undefined) {
    const isAmong = condition.in.some((member) => same(value, member));
    const list = condition.in.map(showFact).join(', ');
    return answer(isAmong, isAmong ? `${shown}, one of ${list}` : `${shown}, none of ${list}`);
  }
  if (condition.regex !== undefined) return matchPattern(condition.regex, name, value);
  if (contains !== undefined) {
    const hasIt = (typeof value === 'string' || Array.isArray(value)) && value.includes(contains);
    const verb = hasIt ? 'contains' : 'does not contain';
    return answer(hasIt, `fact ${name} ${verb} ${showFact(contains)}`);
  }
  if (condition.empty !== undefined) {
    const isEmpty = value === '' || (Array.isArray(value) && value.length === 0);
    return answer(isEmpty === condition.empty, isEmpty ? `fact ${name} is empty` : shown);
  }
  return compareNumber(condition, shown, value);
}

const comparisons = {
  lt: { words: 'below', test: (value: number, bound: number) => value < bound },
  lte: { words: 'at most', test: (value: number, bound: number) => value <= bound },
  gt: { words: 'above', test: (value: number, bound: number) => value > bound },
  gte: { words: 'at least', test: (value: number, bound: number) => value >= bound },
};

function compareNumber(condition: FactCondition, shown: string, value: FactValue): Outcome {
  for (const operator of ['lt', 'lte', 'gt', 'gte'] as const) {
    const bound = condition[operator];
    if (typeof bound !== 'number' || typeof value !== 'number') continue;
    const { words, test } = comparisons[operator];
    const isTrue = test(value, bound);
    return answer(isTrue, `${shown}, ${isTrue ? '' : 'not '}${words} ${bound}`);
  }
  return { verdict: 'undecided', reason: `${shown}, which is not a number` };
}

function matchPattern(source: string, name: string, value: FactValue): Outcome {
  const texts = Array.isArray(value) ? value : [String(value)];
  const total = texts.reduce((sum, text) => sum + text.length, 0);
  if (total > patternListLimit || texts.some((text) => text.length > patternTextLimit)) {
    // Trying a cut text could make an anchored pattern hold or fail wrongly.
    return { verdict: 'undecided', reason: `fact ${name} is too long for a pattern (${total} characters)` };
  }
  const pattern = new RegExp(source, 'u');
  const isMatch = texts.some((text) => pattern.test(text));
  return answer(
    isMatch,
    `fact ${name} is ${showFact(value)}, ${isMatch ? 'matching' : 'not matching'} ${source}`,
  );
}

function same(left: FactValue, right: FactValue): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((item, index) => item === right[index]);
}

function answer(holds: boolean, reason: string): Outcome {
  return { verdict: holds ? 'yes' : 'no', reason };
}

/** A fact as it may stand in a sentence: JSON, control characters escaped, at most 80 characters. */
export function showFact(value: FactValue): string {
  const whole = Array.isArray(value) ? value.slice(0, 20) : value;
  const text = JSON.stringify(typeof whole === 'string' ? whole.slice(0, 200) : whole).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu,
    '\ufffd',
  );
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

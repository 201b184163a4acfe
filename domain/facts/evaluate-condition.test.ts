import fc from 'fast-check';
import { conditionSchema, factsSchema } from '../../contracts/facts.ts';
import type { Condition, Facts } from '../../contracts/facts.ts';
import { evaluateCondition, patternTextLimit } from './evaluate-condition.ts';

const facts: Facts = {
  mode: 'no',
  port: 22,
  running: true,
  paths: ['/etc/shadow 0644', '/etc/group 0644'],
  none: [],
  blank: '',
  nothing: null,
};

const holding: Condition[] = [
  { fact: 'mode', equals: 'no' },
  { fact: 'paths', equals: ['/etc/shadow 0644', '/etc/group 0644'] },
  { fact: 'mode', in: ['yes', 'no'] },
  { fact: 'mode', regex: '^n' },
  { fact: 'paths', regex: '^/etc/group ' },
  { fact: 'port', lt: 23 },
  { fact: 'port', lte: 22 },
  { fact: 'port', gt: 21 },
  { fact: 'port', gte: 22 },
  { fact: 'mode', exists: true },
  { fact: 'absent', exists: false },
  { fact: 'nothing', exists: false },
  { fact: 'nothing', equals: null },
  { fact: 'mode', contains: 'o' },
  { fact: 'paths', contains: '/etc/group 0644' },
  { fact: 'none', empty: true },
  { fact: 'blank', empty: true },
  { fact: 'paths', empty: false },
  { not: { fact: 'running', equals: false } },
  {
    any: [
      { fact: 'absent', equals: 1 },
      { fact: 'port', equals: 22 },
    ],
  },
  { all: [{ fact: 'mode', equals: 'no' }, { not: { fact: 'port', equals: 23 } }] },
];

const notHolding: Condition[] = [
  { fact: 'port', equals: '22' },
  { fact: 'running', equals: 'true' },
  { fact: 'mode', in: ['yes'] },
  { fact: 'mode', regex: '^y' },
  { fact: 'port', lt: 22 },
  { fact: 'port', lte: 21 },
  { fact: 'port', gt: 22 },
  { fact: 'port', gte: 23 },
  { fact: 'mode', exists: false },
  { fact: 'absent', exists: true },
  { fact: 'mode', lt: 3 },
  { fact: 'paths', contains: '/etc/group' },
  { fact: 'running', contains: 'true' },
  { fact: 'paths', empty: true },
  { fact: 'constructor', exists: true },
  {
    all: [
      { fact: 'mode', equals: 'no' },
      { fact: 'absent', equals: 1 },
    ],
  },
];

test.each(holding)('holds: %j', (condition) => {
  expect(evaluateCondition(conditionSchema.parse(condition), facts)).toMatchObject({ holds: true });
});

test.each(notHolding)('does not hold: %j', (condition) => {
  expect(evaluateCondition(conditionSchema.parse(condition), facts)).toMatchObject({ holds: false });
});

test('a comparison with a missing fact does not hold, nor does its negation, and the reason says so', () => {
  for (const operator of [
    { equals: 1 },
    { in: [1] },
    { regex: 'x' },
    { lt: 1 },
    { contains: 'x' },
    { empty: true },
  ]) {
    const condition = { fact: 'absent', ...operator };
    for (const tried of [condition, { not: condition }, { not: { all: [condition] } }]) {
      expect(evaluateCondition(tried, facts)).toEqual({ holds: false, reason: 'fact absent is missing' });
    }
  }
});

test('a text too long for a pattern decides nothing, so that padding cannot flip a verdict', () => {
  const long = { mode: `${'x'.repeat(patternTextLimit)}yes` };
  for (const condition of [{ fact: 'mode', regex: 'yes$' }, { not: { fact: 'mode', regex: 'yes$' } }]) {
    expect(evaluateCondition(condition, long)).toEqual({
      holds: false,
      reason: `fact mode is too long for a pattern (${patternTextLimit + 3} characters)`,
    });
  }
});

test('a reason names the fact, its value and what was wanted', () => {
  expect(evaluateCondition({ fact: 'mode', equals: 'yes' }, facts).reason).toBe(
    'fact mode is "no", not "yes"',
  );
  expect(evaluateCondition({ fact: 'port', gt: 22 }, facts).reason).toBe('fact port is 22, not above 22');
});

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/);
const anyFacts = fc.dictionary(
  name,
  fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string()),
  ),
);
const anyCondition = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    fc.record({ fact: name, equals: fc.oneof(fc.string(), fc.integer(), fc.constant(null)) }),
    fc.record({ fact: name, regex: fc.constantFrom('^a', 'b+$', '.') }),
    fc.record({ fact: name, gte: fc.integer() }),
    fc.record({ fact: name, exists: fc.boolean() }),
    fc.record({ fact: name, contains: fc.string() }),
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
})).condition;

test('a condition and its negation never both hold, and reasons are short single lines', () => {
  fc.assert(
    fc.property(anyCondition, anyFacts, (condition, found) => {
      const read = factsSchema.parse(found);
      const plain = evaluateCondition(condition, read);
      expect(plain.holds && evaluateCondition({ not: condition }, read).holds).toBe(false);
      expect(plain.reason).toMatch(/^fact [^\n\r]{1,1000}$/u);
    }),
  );
});

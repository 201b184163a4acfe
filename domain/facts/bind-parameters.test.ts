import { bindParameters } from './bind-parameters.ts';
import { evaluateCondition } from './evaluate-condition.ts';

const holds = (condition: Parameters<typeof bindParameters>[0], facts: Record<string, number | string>) =>
  evaluateCondition(bindParameters(condition, { most: 4, banner: 'Authorised use only' }), facts).holds;

test('a test compares with the value of the parameter, at any depth', () => {
  const condition = { any: [{ not: { fact: 'tries', gt: { parameter: 'most' } } }] };
  expect(holds(condition, { tries: 4 })).toBe(true);
  expect(holds(condition, { tries: 5 })).toBe(false);
  expect(holds({ fact: 'text', equals: { parameter: 'banner' } }, { text: 'Authorised use only' })).toBe(
    true,
  );
});

test('a parameter without a value decides nothing, and neither does its negation', () => {
  const condition = { fact: 'tries', lte: { parameter: 'missing' } };
  expect(holds(condition, { tries: 4 })).toBe(false);
  expect(holds({ not: condition }, { tries: 4 })).toBe(false);
  expect(holds({ not: { fact: 'tries', equals: { parameter: 'missing' } } }, { tries: 4 })).toBe(false);
});

test('a parameter of another type than the operator needs decides nothing', () => {
  expect(holds({ fact: 'tries', lte: { parameter: 'banner' } }, { tries: 4 })).toBe(false);
  expect(holds({ not: { fact: 'tries', lte: { parameter: 'banner' } } }, { tries: 4 })).toBe(false);
});

import fc from 'fast-check';
import { parameterSchema } from '../../contracts/catalog/parameter.ts';
import { resolveParameters } from './parameters.ts';

const description = 'A parameter of this test';
const parameters = {
  name: parameterSchema.parse({
    type: 'string',
    description,
    pattern: '[a-z]+|\\*',
    maxLength: 8,
    default: 'root',
  }),
  level: parameterSchema.parse({ type: 'integer', description, min: 1, max: 5, default: 2 }),
  force: parameterSchema.parse({ type: 'boolean', description, default: false }),
  daemon: parameterSchema.parse({
    type: 'enum',
    description,
    values: ['auto', 'chrony'],
    default: 'auto',
  }),
};
const runbook = { parameters };

test('without layers every parameter has its default', () => {
  expect(resolveParameters(runbook)).toEqual({
    ok: true,
    values: { name: 'root', level: 2, force: false, daemon: 'auto' },
  });
});

test('the last layer wins, parameter by parameter', () => {
  expect(resolveParameters(runbook, { level: 3, name: 'a' }, undefined, { level: 4, force: true })).toEqual({
    ok: true,
    values: { name: 'a', level: 4, force: true, daemon: 'auto' },
  });
});

test.each([
  [{ level: '3' }, 'level', '"3" is not a whole number'],
  [{ level: 6 }, 'level', '6 is not between 1 and 5'],
  [{ level: 1.5 }, 'level', '1.5 is not a whole number'],
  [{ force: 'true' }, 'force', '"true" is not true or false'],
  [{ daemon: 'ntpd' }, 'daemon', '"ntpd" is not one of auto, chrony'],
  [{ name: 3 }, 'name', '3 is not a text'],
  [{ name: 'abcdefghi' }, 'name', '"abcdefghi" is longer than 8 characters'],
  [{ name: 'a;b' }, 'name', '"a;b" does not match [a-z]+|\\*'],
  [{ name: '**' }, 'name', '"**" does not match [a-z]+|\\*'],
  [{ name: 'a\n' }, 'name', '"a\\n" has a control character'],
  [{ other: 1 }, 'other', 'parameter other is not one of those declared (name, level, force, daemon)'],
  [
    { constructor: 1 },
    'constructor',
    'parameter constructor is not one of those declared (name, level, force, daemon)',
  ],
])('refuses %j', (layer, parameter, reason) => {
  expect(resolveParameters(runbook, layer)).toEqual({ ok: false, problems: [{ parameter, reason }] });
});

test('every problem of every layer is reported, replaced values included', () => {
  const result = resolveParameters(runbook, { level: 9, other: 1 }, { level: 3 });
  expect(result).toMatchObject({ ok: false, problems: [{ parameter: 'level' }, { parameter: 'other' }] });
});

test('whatever is given, accepted values are complete, typed and within bounds', () => {
  const value = fc.oneof(
    fc.string(),
    fc.integer({ min: -3, max: 8 }),
    fc.boolean(),
    fc.constantFrom('auto', 'chrony', 'a'),
  );
  const layer = fc.dictionary(fc.constantFrom('name', 'level', 'force', 'daemon', 'other'), value);
  fc.assert(
    fc.property(fc.array(layer, { maxLength: 3 }), (layers) => {
      const result = resolveParameters(runbook, ...layers);
      if (!result.ok) {
        expect(result.problems.length).toBeGreaterThan(0);
        return;
      }
      expect(Object.keys(result.values).sort()).toEqual(['daemon', 'force', 'level', 'name']);
      expect(result.values['name']).toMatch(/^(?:[a-z]{1,8}|\*)$/u);
      expect([1, 2, 3, 4, 5]).toContain(result.values['level']);
      expect(['auto', 'chrony']).toContain(result.values['daemon']);
      expect(typeof result.values['force']).toBe('boolean');
    }),
  );
});

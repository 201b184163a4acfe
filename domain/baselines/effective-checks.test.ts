import { checkOverrideSchema } from '../../contracts/site-policy.ts';
import { aBaseline, aCatalog, aCheck } from '../../test/builders/catalog.ts';
import { checkSettings } from './check-plan.ts';
import { effectiveChecks } from './effective-checks.ts';

const integer = (value: number) => ({
  type: 'integer',
  description: 'A whole number',
  min: 0,
  max: 99,
  default: value,
});
const check = 'linux.ssh.root_login';
const { checks } = aCatalog({
  checks: [aCheck({ parameters: { one: integer(1), two: integer(2), three: integer(3) } })],
});
const baseline = aBaseline({ checkParameters: { [check]: { two: 20, three: 30 } } });

test('each value says who set it, and the site has the last word', () => {
  const overrides = {
    [check]: checkOverrideSchema.parse({ parameters: { three: 33 }, reason: 'as agreed' }),
  };
  const [effective] = effectiveChecks(checks, [baseline], overrides);
  expect(effective).toMatchObject({ baseline: 'linux-server', check, enabled: true, reason: 'as agreed' });
  expect(effective?.parameters.map(({ name, value, from }) => [name, value, from])).toEqual([
    ['one', 1, 'default'],
    ['two', 20, 'baseline'],
    ['three', 33, 'site'],
  ]);
});

test('an appliance is told only what differs, and of one check where only that is run', () => {
  const overrides = {
    'linux.a.off': checkOverrideSchema.parse({ enabled: false, reason: 'x' }),
    'linux.a.same': checkOverrideSchema.parse({ reason: 'was set and is not any more' }),
    [check]: checkOverrideSchema.parse({ parameters: { one: 5 } }),
  };
  expect(checkSettings(overrides)).toEqual({
    'linux.a.off': { enabled: false, parameters: {} },
    [check]: { enabled: true, parameters: { one: 5 } },
  });
  expect(checkSettings(overrides, check)).toEqual({ [check]: { enabled: true, parameters: { one: 5 } } });
});

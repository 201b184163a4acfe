import { checkOverrideSchema } from '../../contracts/site-policy.ts';
import { aBaseline, aCatalog, aCheck } from '../../test/builders/catalog.ts';
import { refuseProposal, type SettingsProposal } from './refuse-proposal.ts';

const days = { type: 'integer', description: 'Days that may pass', min: 1, max: 30, default: 7 };
const catalog = aCatalog({ checks: [aCheck({ parameters: { days } })], baselines: [aBaseline()] });
const check = 'linux.ssh.root_login';
const codes = (proposal: SettingsProposal) =>
  refuseProposal(catalog, proposal).map(({ code, path }) => [code, path.join('.')]);
const set = (id: string, override: Record<string, unknown>) =>
  codes({ checks: { [id]: checkOverrideSchema.parse(override) } });

test('values within the declaration are taken', () => {
  expect(set(check, { parameters: { days: 3 } })).toEqual([]);
  expect(set(check, { enabled: false })).toEqual([]);
});

test.each([
  [{ parameters: { days: 31 } }, 'parameters_invalid', 'checks.linux.ssh.root_login.parameters.days'],
  [{ parameters: { days: '3' } }, 'parameters_invalid', 'checks.linux.ssh.root_login.parameters.days'],
  [{ parameters: { weeks: 1 } }, 'parameters_invalid', 'checks.linux.ssh.root_login.parameters.weeks'],
])('%j is refused as %s', (override, code, path) => {
  expect(set(check, override)).toEqual([[code, path]]);
});

test('what the catalogue does not have is refused', () => {
  expect(set('linux.no.such', {})).toEqual([['check_unknown', 'checks.linux.no.such']]);
  const baseline = aBaseline({
    id: 'linux-other',
    checks: [check, 'linux.no.such'],
    checkParameters: { [check]: { days: 0 } },
  });
  expect(codes({ checks: {}, baseline })).toEqual([
    ['baseline_unknown', 'baseline.id'],
    ['check_unknown', 'baseline.checks.1'],
    ['parameters_invalid', 'baseline.checkParameters.linux.ssh.root_login.parameters.days'],
  ]);
});

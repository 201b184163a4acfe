import { aBaseline, aCatalog, aCheck, aRunbook } from '../../test/builders/catalog.ts';
import { aPolicy, aProposal } from '../../test/builders/incident.ts';
import { judgeProposal } from './judge-proposal.ts';

const check = 'linux.ssh.root_login';
const level = { type: 'integer', description: 'How strict', min: 1, max: 5, default: 1 };
const withLevel = aRunbook({ parameters: { level } });
const refused = (code: string) => expect.objectContaining({ ok: false, code }) as unknown;

test('a runbook that is not in the catalogue is unknown', () => {
  const proposal = aProposal({ runbook: 'RB-LIN-EVL-001' });
  expect(judgeProposal(aCatalog(), aPolicy(), check, proposal)).toEqual(refused('runbook_unknown'));
});

test('a runbook that the site disabled is refused', () => {
  const policy = aPolicy({ runbooks: { 'RB-LIN-SSH-001': { enabled: false } } });
  expect(judgeProposal(aCatalog(), policy, check, aProposal())).toEqual(refused('runbook_not_enabled'));
});

test('parameters are completed: defaults, then baseline, then site, then proposal', () => {
  const catalog = aCatalog({
    runbooks: [withLevel],
    baselines: [aBaseline({ parameters: { 'RB-LIN-SSH-001': { level: 2 } } })],
  });
  const site = aPolicy({ runbooks: { 'RB-LIN-SSH-001': { parameters: { level: 3 } } } });
  const completed = (policy = aPolicy(), parameters = {}) =>
    judgeProposal(catalog, policy, check, aProposal({ parameters }));
  expect(judgeProposal(aCatalog({ runbooks: [withLevel] }), aPolicy(), check, aProposal())).toMatchObject({
    parameters: { level: 1 },
  });
  expect(completed()).toMatchObject({ ok: true, parameters: { level: 2 } });
  expect(completed(site)).toMatchObject({ parameters: { level: 3 } });
  expect(completed(site, { level: 4 })).toMatchObject({ parameters: { level: 4 } });
});

test.each([{ level: 6 }, { level: '1' }, { level: 1, command: 'rm -rf /' }])(
  'parameters %j are refused by name',
  (parameters) => {
    const judged = judgeProposal(
      aCatalog({ runbooks: [withLevel] }),
      aPolicy(),
      check,
      aProposal({ parameters }),
    );
    const [culprit] = Object.keys(parameters).toReversed();
    expect(judged).toEqual(refused('parameters_invalid'));
    expect(judged).toMatchObject({ reason: expect.stringContaining(`${culprit!}: `) as string });
  },
);

test('baselines that disagree on a parameter leave it to the site', () => {
  const baseline = (id: string, mine: number) =>
    aBaseline({ id, parameters: { 'RB-LIN-SSH-001': { level: mine } } });
  const judged = (...baselines: ReturnType<typeof aBaseline>[]) =>
    judgeProposal(aCatalog({ runbooks: [withLevel], baselines }), aPolicy(), check, aProposal());
  expect(judged(baseline('one', 4), baseline('two', 5))).toMatchObject({ parameters: { level: 1 } });
  expect(judged(baseline('one', 4), baseline('two', 4))).toMatchObject({ parameters: { level: 4 } });
  const elsewhere = aBaseline({ id: 'two', checks: ['linux.time.sync'] });
  expect(judged(baseline('one', 4), elsewhere)).toMatchObject({ parameters: { level: 4 } });
});

test('a model may only propose what verifies the drifted check or repairs checking; people may choose otherwise', () => {
  const runbooks = [aRunbook({ verify: { check: 'linux.time.sync' } })];
  const judged = (tier: 'L1' | 'L2' | 'L3', catalog = aCatalog({ runbooks })) =>
    judgeProposal(catalog, aPolicy(), check, aProposal({ tier }));
  expect(judged('L2')).toEqual(refused('runbook_not_enabled'));
  expect(judged('L1').ok).toBe(true);
  expect(judged('L3').ok).toBe(true);
  expect(judged('L2', aCatalog()).ok).toBe(true);
  const repairing = [aRunbook({ verify: { check: 'linux.time.sync' }, repairsChecking: true })];
  expect(judged('L2', aCatalog({ runbooks: repairing })).ok).toBe(true);
});

test('a runbook for another system than the check is refused whoever proposes it', () => {
  const catalog = aCatalog({ checks: [aCheck()], runbooks: [aRunbook({ os: ['windows'] })] });
  expect(judgeProposal(catalog, aPolicy(), check, aProposal({ tier: 'L3' }))).toEqual(
    refused('runbook_not_enabled'),
  );
});

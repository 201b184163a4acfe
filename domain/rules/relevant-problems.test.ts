import { aCatalog, aRule } from '../../test/builders/catalog.ts';
import { relevantProblems } from './relevant-problems.ts';

const problem = (file: string, id?: string) => ({
  file,
  line: 3,
  reason: 'is not readable',
  ...(id === undefined ? {} : { id }),
});
const check = problem('checks/linux/ssh.yaml', 'linux.ssh.root_login');
const otherCheck = problem('checks/linux/time.yaml', 'linux.time.sync');
const runbook = problem('runbooks/linux/ssh.yaml', 'RB-LIN-SSH-001');
const otherRunbook = problem('runbooks/linux/time.yaml', 'RB-LIN-TIM-001');
const rules = problem('rules/linux.yaml');
const catalog = aCatalog({
  rules: [aRule({ match: { check: 'linux.ssh.*' } })],
  problems: [check, otherCheck, runbook, otherRunbook, rules],
});

test('files of the check, of its runbooks and of rules bear on a drift no rule matched', () => {
  expect(relevantProblems(catalog, 'linux.ssh.root_login', [])).toEqual([check, runbook, rules]);
});

test('where a rule matched, broken rule files are no matter', () => {
  const trace = [{ rule: 'L1-LIN-SSH-001', matched: true, reason: '' }];
  expect(relevantProblems(catalog, 'linux.ssh.root_login', trace)).toEqual([check, runbook]);
});

import { randomUUID } from 'node:crypto';
import type { ScanInput } from '../../contracts/site-activities.ts';
import { centralTaskQueue, scanWorkflowId } from '../../contracts/ids.ts';
import { FakePractice } from '../../test/incident/fake-practice.ts';
import { Harness } from '../../test/incident/harness.ts';
import type { scan } from './workflow.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
}, 60_000);
afterAll(() => harness.stop());

function runScan(input: ScanInput) {
  return harness.client.workflow.execute<typeof scan>('scan', {
    workflowId: scanWorkflowId(input.site, randomUUID()),
    taskQueue: centralTaskQueue,
    args: [input],
  });
}

test('a scan brings the site’s settings of its checks to the appliance, and its hosts to intake', async () => {
  const practice = await harness.join(new FakePractice());
  practice.settings = { 'linux.a.off': { enabled: false } };
  const result = await runScan({ site: practice.site, hosts: ['srv-1'] });
  expect(result).toEqual({ hosts: 1, checks: 1, drifts: 1, cleared: 0 });
  expect(practice.scans).toMatchObject([
    {
      site: practice.site,
      hosts: ['srv-1'],
      settings: { 'linux.a.off': { enabled: false } },
      onRecord: { page: 0 },
    },
  ]);
  expect(practice.scans[0]?.onRecord?.scan).toContain(`scan/${practice.site}/`);
  expect(practice.reports).toMatchObject([
    { observations: [{ host: 'srv-1' }], hosts: [{ host: 'srv-1', baseline: 'linux-server' }] },
  ]);
});

test('a scan of many hosts comes page by page, and its score is noted with the last', async () => {
  const practice = await harness.join(new FakePractice());
  practice.furtherPages = ['srv-2', 'srv-3'];
  expect(await runScan({ site: practice.site })).toEqual({ hosts: 3, checks: 3, drifts: 3, cleared: 0 });
  expect(practice.scans.map(({ from }) => from)).toEqual([undefined, 'srv-2', 'srv-3']);
  expect(practice.scans.map(({ onRecord }) => onRecord?.page)).toEqual([0, 1, 2]);
  expect(new Set(practice.scans.map(({ onRecord }) => onRecord?.scan)).size).toBe(1);
  expect(practice.reports.map(({ isPart }) => isPart)).toEqual([true, true, undefined]);
});

test('verification after a heal runs the check under the settings that triage read', async () => {
  const practice = await harness.join(new FakePractice());
  practice.policy = {
    ...practice.policy,
    checkSettings: { 'linux.ssh.root_login': { enabled: true, parameters: { strict: true } } },
  };
  const incident = await harness.report(practice);
  await incident.until(({ state }) => state === 'watching');
  expect(practice.probes).toEqual([
    {
      ...{ site: practice.site, host: 'srv-1', check: 'linux.ssh.root_login' },
      settings: { 'linux.ssh.root_login': { enabled: true, parameters: { strict: true } } },
    },
  ]);
});

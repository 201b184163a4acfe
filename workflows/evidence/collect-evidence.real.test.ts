import { randomUUID } from 'node:crypto';
import { centralTaskQueue, evidenceScheduleId, scanWorkflowId } from '../../contracts/ids.ts';
import type { SignedRecord } from '../../contracts/evidence-record.ts';
import { FakePractice } from '../../test/incident/fake-practice.ts';
import { Harness } from '../../test/incident/harness.ts';
import type { scan } from '../scan/workflow.ts';
import type { collectEvidence } from './workflow.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
}, 60_000);
afterAll(() => harness.stop());

const aRecord = (): SignedRecord => ({
  recordId: randomUUID(),
  envelope: { payloadType: 'x', payload: 'eA==', signatures: [{ keyid: 'k', sig: 'eA==' }] },
  disclosures: [],
});

function collect(site: string) {
  return harness.client.workflow.execute<typeof collectEvidence>('collectEvidence', {
    workflowId: `${evidenceScheduleId(site)}-${randomUUID()}`,
    taskQueue: centralTaskQueue,
    args: [{ site }],
  });
}

test('all that an appliance signed is fetched in order, and it hears what became of each', async () => {
  const practice = new FakePractice();
  practice.evidence = Array.from({ length: 5 }, aRecord);
  const ids = practice.evidence.map(({ recordId }) => recordId);
  practice.takes = ({ recordId }) =>
    recordId === ids[2]
      ? { recordId, outcome: 'refused', reason: 'forged' }
      : { recordId, outcome: 'taken', entry: ids.indexOf(recordId) };
  await harness.join(practice);
  expect(await collect(practice.site)).toEqual({ kind: 'fetched', taken: 4, refused: 1 });
  expect(practice.evidenceSettled.map(({ recordId }) => recordId)).toEqual(ids);
  expect(practice.evidenceSettled[2]).toMatchObject({ outcome: 'refused', reason: 'forged' });
  expect(practice.evidence).toEqual([]);
});

test('a scan ends with the fetch of its own records', async () => {
  const practice = new FakePractice();
  practice.evidence = [aRecord()];
  await harness.join(practice);
  await harness.client.workflow.execute<typeof scan>('scan', {
    workflowId: scanWorkflowId(practice.site, randomUUID()),
    taskQueue: centralTaskQueue,
    args: [{ site: practice.site }],
  });
  expect(practice.evidence).toEqual([]);
});

test('a scan whose records cannot be fetched has been made all the same', async () => {
  const practice = new FakePractice();
  practice.evidence = [aRecord()];
  const activities = practice.siteActivities();
  practice.siteActivities = () => ({
    ...activities,
    handOverEvidence: () => Promise.reject(new Error('the disk is full')),
  });
  await harness.join(practice);
  const result = await harness.client.workflow.execute<typeof scan>('scan', {
    workflowId: scanWorkflowId(practice.site, randomUUID()),
    taskQueue: centralTaskQueue,
    args: [{ site: practice.site }],
  });
  expect(result).toMatchObject({ hosts: 1 });
  expect(await collect(practice.site)).toEqual({ kind: 'absent' });
  expect(practice.evidence).toHaveLength(1);
}, 30_000);

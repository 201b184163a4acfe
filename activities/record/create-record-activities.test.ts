import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Envelope } from '../../contracts/order.ts';
import type { Story } from '../../contracts/story.ts';
import { incidentPredicateType, readStatement } from '../../evidence/bundle.ts';
import { decodeBase64 } from '../../evidence/bytes.ts';
import { verifyEnvelope } from '../../evidence/dsse.ts';
import { createSigner, generateKeyPair, verifyEd25519 } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { recordUuid } from '../../evidence/statements/record-uuid.ts';
import { anActor } from '../../test/builders/incident.ts';
import { aStory } from '../../test/postgres/builders.ts';
import { createRecordActivities } from './create-record-activities.ts';
import type { EvidenceLedger } from './ports.ts';

const emptyCatalog: Catalog = {
  checks: new Map(),
  runbooks: new Map(),
  rules: [],
  baselines: new Map(),
  probes: new Map(),
  drills: new Map(),
  problems: [],
};

function aRecorder() {
  const signer = createSigner(generateKeyPair().privateKeyPem);
  const records: Parameters<EvidenceLedger['append']>[0][] = [];
  const projected: Story[] = [];
  const settled: unknown[][] = [];
  const activities = createRecordActivities({
    catalog: () => emptyCatalog,
    ledger: {
      append: async (record) => {
        const known = records.findIndex(({ recordId }) => recordId === record.recordId);
        if (known >= 0) return { seq: known, appended: false };
        return { seq: records.push(record) - 1, appended: true };
      },
    },
    incidents: {
      project: async (story) => {
        projected.push(story);
      },
    },
    slots: {
      settle: async (...call) => {
        settled.push(call);
      },
    },
    signer,
    now: () => new Date('2026-11-23T10:00:00.000Z'),
  });
  return { activities, records, projected, settled, signer };
}

function statementOf(envelope: Envelope) {
  const reading = readStatement(decodeBase64(envelope.payload) ?? new Uint8Array(), sha256);
  if (!reading.ok) throw new Error(reading.reason);
  if (reading.statement.predicateType !== incidentPredicateType) throw new Error('not about an incident');
  return reading.statement;
}

test('an incident is recorded as a signed bundle that reads back, and shown in the same step', async () => {
  const { activities, records, signer } = aRecorder();
  const story = aStory({ state: 'closed', resolution: 'healed' });
  const recordId = `${story.id}/${story.openedAt}/1`;
  expect(await activities.recordIncident({ recordId, moment: 'closed', story })).toEqual({ entry: 0 });
  const [record] = records;
  expect(record).toMatchObject({ site: story.site, story });
  expect(await verifyEnvelope(record?.envelope, [signer], verifyEd25519)).toMatchObject({ ok: true });
  expect(statementOf(record!.envelope).predicate).toMatchObject({
    recordId: recordUuid(recordId, sha256),
    moment: 'closed',
    site: story.site,
    story: { id: story.id },
    recordedAt: '2026-11-23T10:00:00.000Z',
  });
});

test('an accepted risk is recorded with both signers, the end and the accepted state', async () => {
  const { activities, records } = aRecorder();
  const expiresAt = '2026-12-23T10:00:00.000Z';
  const stateDigest = 'a'.repeat(64);
  const signers = ['Ann', 'Bob'].map((name, index) => ({
    request: {
      ...{ id: `00000000-0000-4000-8000-00000000000${index}`, kind: 'accept' as const, expiresAt },
      note: `${name} knows`,
    },
    actor: anActor(name),
    at: '2026-11-23T10:00:00.000Z',
    stateDigest,
  }));
  const acceptedRisk = { signers, acceptedAt: '2026-11-23T10:00:00.000Z', expiresAt, stateDigest };
  const story = aStory({ state: 'risk_accepted', decisions: signers, acceptedRisk });
  await activities.recordIncident({ recordId: 'r', moment: 'risk_accepted', story });
  const { predicate } = statementOf(records[0]!.envelope);
  expect(predicate.moment).toBe('risk_accepted');
  expect(predicate.story).toMatchObject({ acceptedRisk });
});

test('a record sent twice is one entry', async () => {
  const { activities, records } = aRecorder();
  const input = { recordId: 'incident/a/b/c.d/1', moment: 'healed', story: aStory() } as const;
  const first = await activities.recordIncident(input);
  expect(await activities.recordIncident(input)).toEqual(first);
  expect(records).toHaveLength(1);
});

test('a run that ended is settled with its record', async () => {
  const { activities, records, settled } = aRecorder();
  const story = aStory();
  const endedRun = { orderId: 'an order', result: 'healed', at: '2026-11-23T09:59:59.000Z' } as const;
  await activities.recordIncident({ recordId: 'x', moment: 'healed', story, endedRun });
  expect(records).toHaveLength(1);
  expect(settled).toEqual([['an order', story.site, 'healed', '2026-11-23T09:59:59.000Z']]);
});

test('an incident whose check the catalogue does not know is recorded all the same', async () => {
  const { activities, records } = aRecorder();
  await activities.recordIncident({ recordId: 'x', moment: 'escalated', story: aStory() });
  expect(statementOf(records[0]!.envelope).predicate.controls.hipaa).toEqual(['164.308(a)(8)']);
});

test('a projection only projects', async () => {
  const { activities, records, projected } = aRecorder();
  await activities.projectIncident({ story: aStory() });
  expect(projected).toEqual([aStory()]);
  expect(records).toEqual([]);
});

import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Story } from '../../contracts/story.ts';
import { readStatement } from '../../evidence/bundle.ts';
import { decodeBase64 } from '../../evidence/bytes.ts';
import { verifyEnvelope } from '../../evidence/dsse.ts';
import { createSigner, generateKeyPair, verifyEd25519 } from '../../evidence/node/ed25519.ts';
import { createSalts } from '../../evidence/node/salts.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { recordUuid } from '../../evidence/statements/record-uuid.ts';
import type { IncidentRecord } from '../../evidence/statements/incident-v1.ts';
import { incidentV2PredicateType } from '../../evidence/statements/incident-v2.ts';
import { openStatement } from '../../evidence/statements/open-statement.ts';
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
  const records: LedgerRecord[] = [];
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
    newSalt: createSalts(),
    now: () => new Date('2026-11-23T10:00:00.000Z'),
  });
  return { activities, records, projected, settled, signer };
}

type LedgerRecord = Parameters<EvidenceLedger['append']>[0];

function statementOf({ envelope }: Pick<LedgerRecord, 'envelope'>) {
  const reading = readStatement(decodeBase64(envelope.payload) ?? new Uint8Array(), sha256);
  if (!reading.ok) throw new Error(reading.reason);
  if (reading.statement.predicateType !== incidentV2PredicateType) throw new Error('not about an incident');
  return reading.statement;
}

/** The record in clear, as its disclosures give it. */
function openedRecord(record: LedgerRecord): IncidentRecord {
  const opened = openStatement(statementOf(record), record.disclosures ?? [], sha256);
  expect(opened).toMatchObject({ ok: true, withheld: [] });
  return opened.predicate as IncidentRecord;
}

test('an incident is recorded as a signed bundle that reads back, and shown in the same step', async () => {
  const { activities, records, signer } = aRecorder();
  const story = aStory({ state: 'closed', resolution: 'healed' });
  const recordId = `${story.id}/${story.openedAt}/1`;
  expect(await activities.recordIncident({ recordId, moment: 'closed', story })).toEqual({ entry: 0 });
  const [record] = records;
  expect(record).toMatchObject({ site: story.site, story });
  expect(await verifyEnvelope(record?.envelope, [signer], verifyEd25519)).toMatchObject({ ok: true });
  expect(statementOf(record!).predicate).toMatchObject({
    recordId: recordUuid(recordId, sha256),
    moment: 'closed',
    site: story.site,
    recordedAt: '2026-11-23T10:00:00.000Z',
  });
  expect(openedRecord(record!)).toMatchObject({ host: story.host, story });
});

test('what is signed names no host and no person, and shows no fact; the disclosures do', async () => {
  const { activities, records } = aRecorder();
  const decision = {
    request: {
      id: '00000000-0000-4000-8000-000000000001',
      kind: 'reject' as const,
      note: 'not on EHR-7 now',
    },
    actor: anActor('Ann Stone'),
    at: '2026-11-23T10:00:00.000Z',
  };
  const facts = { banner: 'ehr-7 at 10.0.0.7' };
  const latest = { ...aStory().latest, host: 'ehr-7', facts, message: 'ehr-7 answers at 10.0.0.7.' };
  const event = {
    at: '2026-11-23T10:00:00.000Z',
    kind: 'decided' as const,
    summary: 'Ann Stone: not on EHR-7 now',
  };
  const story = aStory({ host: 'ehr-7', latest, decisions: [decision], events: [event] });
  await activities.recordIncident({ recordId: 'r', moment: 'escalated', story });
  const secrets = /ehr-7|ann stone|10\.0\.0\.7|not on/i;
  expect(JSON.stringify(statementOf(records[0]!))).not.toMatch(secrets);
  expect(JSON.stringify(records[0]!.disclosures)).toMatch(secrets);
  expect(openedRecord(records[0]!).story).toEqual(story);
});

test('a record that is tried again has other salts, and keeps the disclosures that open it', async () => {
  const { activities, records } = aRecorder();
  const story = aStory();
  await activities.recordIncident({ recordId: 'r', moment: 'closed', story });
  const [first] = records.splice(0);
  await activities.recordIncident({ recordId: 'r', moment: 'closed', story });
  expect(records[0]?.recordId).toBe(first?.recordId);
  expect(records[0]?.envelope).not.toEqual(first?.envelope);
  expect(openStatement(statementOf(first!), records[0]?.disclosures, sha256).ok).toBe(false);
  expect(openedRecord(first!)).toEqual(openedRecord(records[0]!));
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
  const record = openedRecord(records[0]!);
  expect(record.moment).toBe('risk_accepted');
  expect(record.story).toMatchObject({ acceptedRisk });
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
  expect(statementOf(records[0]!).predicate.controls.hipaa).toEqual(['164.308(a)(8)']);
});

test('a projection only projects', async () => {
  const { activities, records, projected } = aRecorder();
  await activities.projectIncident({ story: aStory() });
  expect(projected).toEqual([aStory()]);
  expect(records).toEqual([]);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignedRecord } from '../../contracts/evidence-record.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { ScanReport } from '../../contracts/site-activities.ts';
import { type BundleKey, verifyBundle } from '../../evidence/countersign.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { openStatement } from '../../evidence/statements/open-statement.ts';
import { factsDigest, scanPageSchema } from '../../evidence/statements/scan-v1.ts';
import { heartbeatSchema } from '../../evidence/statements/heartbeat-v1.ts';
import { numberedSalts } from '../../evidence/testing/sample-statements.ts';
import { aCatalog } from '../../test/builders/catalog.ts';
import type { MachineLife } from './machine-life.ts';
import { EvidenceOutbox } from './outbox.ts';
import { createRecorder, type RecorderDeps } from './recorder.ts';

const signer = createSigner(generateKeyPair().privateKeyPem);
const startedAt = '2026-11-27T10:00:00.000Z';
const key: BundleKey = {
  ...signer,
  purpose: 'appliance',
  site: 'north',
  appliance: 'box',
  notBefore: startedAt,
};
const life: MachineLife = {
  bootId: '6f0b3c1e-6f2e-4c0a-9d0a-0d6a2f3b7c11',
  uptimeSeconds: 60,
  clock: { state: 'synchronised' },
};

let directory: string;
let outbox: EvidenceOutbox;
const refused: string[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'malachor-outbox-'));
  outbox = new EvidenceOutbox(join(directory, 'evidence.db'));
  refused.length = 0;
});
afterEach(() => {
  outbox.close();
  rmSync(directory, { recursive: true });
});

/** The same file, opened by a program started anew. */
function reopen(): void {
  outbox.close();
  outbox = new EvidenceOutbox(join(directory, 'evidence.db'));
}

function recorder(over: Partial<RecorderDeps> = {}) {
  return createRecorder({
    site: 'north',
    appliance: 'box',
    signer,
    outbox,
    catalog: () => Promise.resolve(aCatalog()),
    controlsDigest: () => sha256('controls'),
    readLife: () => Promise.resolve(life),
    heartbeatSeconds: 300,
    newSalt: numberedSalts(),
    now: () => Date.parse(startedAt),
    onRefused: ({ reason }) => refused.push(reason),
    ...over,
  });
}

function anObservation(check: string, changes: Partial<Observation> = {}): Observation {
  return {
    id: '6f0b3c1e-6f2e-4c0a-9d0a-0d6a2f3b7c12',
    ...{ site: 'north', host: 'srv-1', check, status: 'pass', severity: 'high' },
    os: { family: 'linux', id: 'debian', version: '12' },
    facts: { value: 'no' },
    message: 'well',
    observedAt: '2026-11-27T10:00:05.000Z',
    source: 'scan',
    ...changes,
  };
}

const report: ScanReport = {
  site: 'north',
  startedAt,
  finishedAt: '2026-11-27T10:00:09.000Z',
  hosts: [
    {
      host: 'srv-1',
      os: { family: 'linux', id: 'debian', version: '12' },
      reachable: true,
      baseline: 'linux-server',
    },
    { host: 'srv-2', os: { family: 'linux', id: 'debian', version: '12' }, reachable: false },
  ],
  observations: [
    anObservation('linux.ssh.root_login'),
    anObservation('linux.disk.encryption', {
      status: 'error',
      facts: {},
      observedAt: '2026-11-27T10:00:07.000Z',
      error: { code: 'timeout', message: 'too slow', nextStep: 'Look.' },
    }),
  ],
};
const name = { scan: 'scan/north/x/run', page: 0, scheduledAt: startedAt };

/** What a record says in clear, once its signature was verified. */
async function read({ envelope, disclosures }: SignedRecord): Promise<unknown> {
  const verdict = await verifyBundle(envelope, startedAt, [key], nodeCryptography, () => ['appliance']);
  expect(verdict.problems).toEqual([]);
  const opened = openStatement(verdict.statement!, disclosures, sha256);
  expect(opened).toMatchObject({ ok: true, withheld: [] });
  return opened.predicate;
}

test('a page of a scan goes on record signed, passes and failures to look included', async () => {
  await recorder().recordScan(report, name, 1);
  const [record, ...more] = recorder().handOver({ settled: [] }).records;
  expect(more).toEqual([]);
  const page = scanPageSchema.parse(await read(record!));
  expect(page).toMatchObject({ ...name, site: 'north', appliance: 'box', isLast: true, startedAt });
  const [one, two] = page.hosts;
  expect(one).toMatchObject({ host: 'srv-1', reachable: true, readAt: '2026-11-27T10:00:07.000Z' });
  expect(one?.checks).toEqual({
    'linux.ssh.root_login': {
      status: 'pass',
      facts: factsDigest(one!.factsSalt, 'linux.ssh.root_login', { value: 'no' }, sha256),
    },
    'linux.disk.encryption': {
      status: 'error',
      error: 'timeout',
      facts: factsDigest(one!.factsSalt, 'linux.disk.encryption', {}, sha256),
    },
  });
  expect(two).toMatchObject({ host: 'srv-2', reachable: false, readAt: report.finishedAt, checks: {} });
  expect(Buffer.from(record!.envelope.payload, 'base64').toString()).not.toContain('srv-1');
});

test('a page read again is another record; one put twice is not', async () => {
  await recorder().recordScan({ ...report, next: 'srv-3' }, name, 1);
  await recorder().recordScan({ ...report, next: 'srv-3' }, name, 1);
  await recorder().recordScan({ ...report, next: 'srv-3' }, name, 2);
  const { records } = recorder().handOver({ settled: [] });
  expect(new Set(records.map(({ recordId }) => recordId)).size).toBe(2);
});

test('heartbeats are numbered over restarts and tell the last scan that ended', async () => {
  await recorder().recordHeartbeat();
  await recorder().recordScan({ ...report, next: 'srv-3' }, name, 1);
  reopen();
  await recorder().recordHeartbeat();
  await recorder().recordScan(report, { ...name, page: 1 }, 1);
  reopen();
  await recorder().recordHeartbeat();
  const read3 = await Promise.all(recorder().handOver({ settled: [] }).records.map(read));
  const beats = read3.flatMap((predicate) => heartbeatSchema.safeParse(predicate).data ?? []);
  expect(beats.map(({ sequence, lastScan }) => [sequence, lastScan?.endedAt])).toEqual([
    [1, undefined],
    [2, undefined],
    [3, report.finishedAt],
  ]);
  expect(beats[0]).toMatchObject({ ...life, periodSeconds: 300, madeAt: startedAt });
});

test('a heartbeat that cannot be signed uses up no number', async () => {
  const sign = () => {
    throw new Error('the key is away');
  };
  const broken = recorder({ signer: { ...signer, sign } });
  await expect(broken.recordHeartbeat()).rejects.toThrow('the key is away');
  await recorder().recordHeartbeat();
  const [record] = outbox.next();
  expect(await read(record!)).toMatchObject({ sequence: 1 });
});

test('what was taken is forgotten, what was refused is put aside and told, and the rest comes again', async () => {
  for (let beat = 0; beat < 3; beat++) await recorder().recordHeartbeat();
  const [first, second, third] = recorder()
    .handOver({ settled: [] })
    .records.map(({ recordId }) => recordId);
  reopen();
  const settled = [
    { recordId: first!, outcome: 'taken' as const, entry: 7 },
    { recordId: second!, outcome: 'refused' as const, reason: 'the key is unknown' },
  ];
  expect(
    recorder()
      .handOver({ settled })
      .records.map(({ recordId }) => recordId),
  ).toEqual([third]);
  expect(
    recorder()
      .handOver({ settled })
      .records.map(({ recordId }) => recordId),
  ).toEqual([third]);
  expect(outbox.refused()).toEqual([{ recordId: second, reason: 'the key is unknown' }]);
  expect(refused).toContain('the key is unknown');
});

test('no more is handed over than may travel, and always something', () => {
  const large = (number: number): SignedRecord => ({
    recordId: `6f0b3c1e-6f2e-4c0a-9d0a-0d6a2f3b7c1${number}`,
    envelope: {
      payloadType: 'x',
      payload: Buffer.alloc(600_000).toString('base64'),
      signatures: [{ keyid: 'k', sig: 'eA==' }],
    },
    disclosures: [],
  });
  for (const number of [1, 2]) outbox.putScan(large(number), undefined);
  expect(outbox.next()).toHaveLength(1);
});

test('two appliances never share an outbox', () => {
  expect(() => new EvidenceOutbox(join(directory, 'evidence.db'))).toThrow('end the other appliance');
});

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidenceExpectation } from '../../contracts/evidence-intervals.ts';
import { controlsDigest } from '../../domain/catalog/control-map.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { signStatement } from '../../evidence/bundle.ts';
import { countersign } from '../../evidence/countersign.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { createSalts } from '../../evidence/node/salts.ts';
import { buildHeartbeatStatement } from '../../evidence/statements/heartbeat-v1.ts';
import { buildScanStatement } from '../../evidence/statements/scan-v1.ts';
import { sampleControls, sampleHeartbeat, samplePage } from '../../evidence/testing/sample-statements.ts';
import { filesOf } from '../../evidence/testing/zip-bytes.ts';
import { createPersistence, type Persistence } from '../../persistence/create-persistence.ts';
import { openWithTwoSites } from '../../test/postgres/builders.ts';
import { startTestDatabase, type TestDatabase } from '../../test/postgres/test-database.ts';
import { type RanCommand, runMalachor } from '../../test/cli/run-malachor.ts';

jest.setTimeout(120_000);

const site = 'main-street';
const disk = 'linux.disk.encryption';
const minute = 60_000;
const start = Date.UTC(2025, 2, 1);
const at = (minutes: number) => new Date(start + minutes * minute).toISOString();

let database: TestDatabase;
let directory: string;
let clockMs = start;
const central = generateKeyPair();
const signer = createSigner(central.privateKeyPem);
const box = generateKeyPair();
const appliance = createSigner(box.privateKeyPem);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-as-of-'));
  await mkdir(join(directory, 'secrets'), { mode: 0o700 });
  await writeFile(join(directory, 'secrets', 'evidence-signing.pem'), central.privateKeyPem, { mode: 0o600 });
  database = await startTestDatabase();
  await (await openWithTwoSites(database)).close();
  const persistence = await createPersistence(database.server.url, {
    checkpointSigner: signer,
    nowMs: () => clockMs,
  });
  await record(persistence);
  await persistence.close();
});
afterAll(async () => {
  await database.remove();
  await rm(directory, { recursive: true });
});

/**
 * Six hours: heartbeats every five minutes but from 04:00 to 04:25, when the appliance was off; scans every hour but at 02:00,
 * when it lived and made none, and at 04:00. At 03:00 the disk of ehr-server is not encrypted.
 */
async function record(persistence: Persistence): Promise<void> {
  const { signingKeys, expectations, controlMaps } = persistence;
  const firstUsedAt = at(-60);
  await signingKeys.remember({
    keyId: signer.keyId,
    purpose: 'evidence',
    publicKey: central.publicKeyPem,
    firstUsedAt,
  });
  await signingKeys.remember({
    keyId: appliance.keyId,
    purpose: 'appliance',
    publicKey: box.publicKeyPem,
    firstUsedAt,
    site,
    appliance: 'north-box',
  });
  await controlMaps.remember(controlsDigest(sampleControls, sha256), sampleControls);
  await expectations.remember(site, evidenceExpectation(at(0), 60));
  const newSalt = createSalts();
  let sequence = 0;
  for (let minutes = 0; minutes < 360; minutes += 5) {
    clockMs = start + minutes * minute + 30_000;
    if (minutes < 240 || minutes >= 270) {
      const beat = sampleHeartbeat(++sequence, at(minutes), { site });
      await append(persistence, beat.recordId, buildHeartbeatStatement(beat, sha256));
    }
    if (minutes % 60 !== 0 || minutes === 120 || minutes === 240) continue;
    const page = samplePage(at(minutes), { site });
    const hosts = page.hosts.map((host) =>
      host.host === 'ehr-server' && minutes === 180
        ? { ...host, checks: { ...host.checks, [disk]: { ...host.checks[disk]!, status: 'fail' as const } } }
        : host,
    );
    const { payload, disclosures } = buildScanStatement({ ...page, hosts }, newSalt, sha256);
    await append(persistence, page.recordId, payload, disclosures);
  }
}

async function append(
  { ledger }: Persistence,
  recordId: string,
  payload: Uint8Array,
  disclosures: ReturnType<typeof buildScanStatement>['disclosures'] = [],
): Promise<void> {
  const envelope = countersign(signStatement(payload, [appliance]), signer);
  await ledger.append({ site, recordId, envelope, disclosures });
}

const malachor = (...args: string[]) =>
  runMalachor({ databaseUrl: database.server.url, directory }, 'evidence', ...args);

const ask = (date: string, ...args: string[]) =>
  malachor(
    'as-of',
    '--host',
    'ehr-server',
    '--control',
    '164.312(a)(2)(iv)',
    '--date',
    date,
    '--json',
    ...args,
  );
const answerOf = ({ stdout }: RanCommand) => {
  const { source, out, ...answer } = JSON.parse(stdout) as Record<string, unknown>;
  return { answer, source, out };
};
const inDatabase = ['--site', site];

async function exported(name: string, ...args: string[]): Promise<string> {
  const out = join(directory, `${name}.zip`);
  const { code, stderr } = await malachor('export', ...inDatabase, '--out', out, ...args);
  expect([code, stderr]).toEqual([0, '']);
  return out;
}

test('an export says what was due, and its verification lists exactly the gaps there are, each with its reason', async () => {
  const out = await exported('gaps', '--to', at(360));
  const bytes = await readFile(out);
  const { problems, sites } = await verifyArchive(bytes, { cryptography: nodeCryptography });
  expect(problems).toEqual([]);
  expect(sites[0]?.anomalies).toEqual([]);
  expect(sites[0]?.gaps).toMatchObject([
    { what: 'scans', reason: 'silent', from: at(120), to: at(180), missed: 1 },
    {
      what: 'heartbeats',
      reason: 'appliance_down',
      from: at(235),
      to: at(270),
      missed: 6,
      hasRebooted: false,
    },
    { what: 'scans', reason: 'appliance_down', from: at(240), to: at(300), missed: 1 },
  ]);
  const text = (path: string) => Buffer.from(filesOf(bytes).get(path)!).toString();
  expect((JSON.parse(text('manifest.json')) as { sites: unknown[] }).sites[0]).toMatchObject({
    expected: { ...evidenceExpectation(at(0), 60), to: at(360) },
  });
  expect(
    text('gaps.csv')
      .split('\r\n')
      .map((row) => row.split(',').slice(0, 6).join(',')),
  ).toEqual([
    'what,appliance,reason,from,to,missed',
    `scans,,silent,${at(120)},${at(180)},1`,
    `heartbeats,north-box,appliance_down,${at(235)},${at(270)},6`,
    `scans,,appliance_down,${at(240)},${at(300)},1`,
    '',
  ]);
  expect(text(`controls/${controlsDigest(sampleControls, sha256)}.json`)).toContain(disk);
});

test.each([
  ['before the drift', at(90), 'pass', 0],
  ['after the drift', at(200), 'fail', 1],
  ['after it was healed', at(350), 'pass', 0],
])(
  '%s the database, a whole archive and the proof give the same answer',
  async (name, date, status, code) => {
    const proof = join(directory, `${name}.zip`);
    const fromDatabase = await ask(date, ...inDatabase, '--out', proof);
    expect([fromDatabase.code, fromDatabase.stderr]).toEqual([code, '']);
    const { answer, source } = answerOf(fromDatabase);
    expect(answer).toMatchObject({ status, checks: [{ check: disk, status }] });
    expect(source).toMatchObject({ kind: 'ledger', firstSeq: 0, entries: 70 });
    const whole = await ask(date, '--archive', await exported(`whole ${name}`));
    expect(answerOf(whole).answer).toEqual(answer);
    const proven = await ask(date, '--archive', proof);
    expect([proven.code, proven.stderr]).toEqual([code, '']);
    expect(answerOf(proven).answer).toEqual(answer);
  },
);

test('an answer names its entry, when it was so and when it was received', async () => {
  const { answer } = answerOf(await ask(at(200), ...inDatabase));
  const file = await exported('entries');
  const lines = Buffer.from(filesOf(await readFile(file)).get(`ledger/${site}/entries-000000.jsonl`)!);
  const [check] = (answer as { checks: { proof: { seq: number } }[] }).checks;
  const entry = JSON.parse(lines.toString().split('\n')[check!.proof.seq]!) as { entryHash: string };
  expect(check!.proof).toEqual({
    seq: check!.proof.seq,
    entryHash: entry.entryHash,
    effectiveAt: new Date(start + 180 * minute + 9_000).toISOString(),
    receivedAt: new Date(start + 180 * minute + 30_000).toISOString(),
  });
});

test('the proof holds no more than the entries that the answer rests on and what follows', async () => {
  const proof = join(directory, 'short.zip');
  const { stdout } = await ask(at(350), ...inDatabase, '--out', proof);
  const { checks } = JSON.parse(stdout) as { checks: { proof: { seq: number } }[] };
  const { sites } = await verifyArchive(await readFile(proof), { cryptography: nodeCryptography });
  expect(sites[0]).toMatchObject({ firstSeq: checks[0]!.proof.seq });
});

test('is answered from what had been received by a time, where that is asked', async () => {
  const { answer } = answerOf(await ask(at(200), ...inDatabase, '--known-by', at(100)));
  expect(answer).toMatchObject({
    status: 'pass',
    checks: [{ proof: { effectiveAt: expect.stringContaining('T01:00:09') as string } }],
  });
});

test('a day means its end; an old finding says nothing of it, and says so', async () => {
  const sameDay = answerOf(await ask('2025-03-01', ...inDatabase)).answer;
  expect(sameDay).toMatchObject({ question: { date: '2025-03-01T23:59:59.999Z' }, status: 'pass' });
  const later = await ask('2025-03-04', ...inDatabase);
  expect(later.code).toBe(1);
  expect(answerOf(later).answer).toMatchObject({
    status: 'unknown',
    checks: [{ because: 'stale', found: 'pass' }],
  });
});

test('a host that nobody checked is not compliant', async () => {
  const asked = [
    'as-of',
    '--host',
    'nobody',
    '--control',
    '164.312(a)(2)(iv)',
    '--date',
    at(90),
    ...inDatabase,
  ];
  const { code, stdout } = await malachor(...asked);
  expect([code, stdout]).toEqual([1, expect.stringContaining('never_checked')]);
});

test('nothing is answered from a tampered archive', async () => {
  const file = await exported('tampered');
  const bytes = await readFile(file);
  const place = bytes.indexOf('"recordedAt":"2025-03-01T03');
  bytes.write('4', place + '"recordedAt":"2025-03-01T0'.length);
  await writeFile(file, bytes);
  const { code, stdout, stderr } = await ask(at(200), '--archive', file);
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('damaged')]);
});

test('where hosts are kept back the answer is unknown and says why', async () => {
  const file = await exported('withheld', '--withhold', 'hosts');
  const { code, stdout } = await ask(at(90), '--archive', file);
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    expect.objectContaining({ status: 'unknown', because: 'withheld' }),
  ]);
});

test('a question that is none is refused', async () => {
  const { code, stderr } = await ask('soon', ...inDatabase);
  expect([code, stderr]).toEqual([2, expect.stringContaining('2026-01-31')]);
});

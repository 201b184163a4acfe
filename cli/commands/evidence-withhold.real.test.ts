import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { createRecordActivities } from '../../activities/record/create-record-activities.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { decodeUtf8 } from '../../evidence/bytes.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { createSalts } from '../../evidence/node/salts.ts';
import { filesOf } from '../../evidence/testing/zip-bytes.ts';
import type { LedgerEntry } from '../../evidence/ledger.ts';
import { createPersistence } from '../../persistence/create-persistence.ts';
import { textOfPdf } from '../../reports/testing/pdf-text.ts';
import { anActor, anObservation } from '../../test/builders/incident.ts';
import { aCatalog } from '../../test/builders/catalog.ts';
import { aStory, openWithTwoSites } from '../../test/postgres/builders.ts';
import { startTestDatabase, type TestDatabase } from '../../test/postgres/test-database.ts';

jest.setTimeout(120_000);

const site = 'main-street';
const hosts = /zebra-ehr-7|yak-db-2/i;
const users = /ann stone|bob reed|quiet until the audit/i;
const addresses = /10\.9\.8\.7/;

let database: TestDatabase;
let directory: string;
let owner: pg.Client;
const keys = generateKeyPair();
const signer = createSigner(keys.privateKeyPem);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-withhold-'));
  await mkdir(join(directory, 'secrets'), { mode: 0o700 });
  await writeFile(join(directory, 'secrets', 'evidence-signing.pem'), keys.privateKeyPem, { mode: 0o600 });
  database = await startTestDatabase();
  await (await openWithTwoSites(database)).close();
  await record();
  owner = new pg.Client({ connectionString: database.server.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.remove();
  await rm(directory, { recursive: true });
});

/** A risk that two people accept on one host; the same check, later, healed on another. */
async function record(): Promise<void> {
  const persistence = await createPersistence(database.server.url, { checkpointSigner: signer });
  await persistence.signingKeys.remember({
    keyId: signer.keyId,
    purpose: 'evidence',
    publicKey: keys.publicKeyPem,
    firstUsedAt: '2026-11-20T00:00:00.000Z',
  });
  const recorder = createRecordActivities({
    catalog: () => aCatalog({}),
    ledger: persistence.ledger,
    incidents: persistence.incidents,
    slots: persistence.healingSlots,
    signer,
    newSalt: createSalts(),
    now: () => new Date(),
  });
  const at = '2026-11-23T10:00:00.000Z';
  const expiresAt = '2099-01-01T00:00:00.000Z';
  const signers = ['Ann Stone', 'Bob Reed'].map((name, index) => ({
    request: {
      id: `00000000-0000-4000-8000-00000000000${String(index)}`,
      kind: 'accept' as const,
      note: `YAK-DB-2 stays quiet until the audit`,
      expiresAt,
    },
    actor: anActor(name),
    at,
    stateDigest: 'a'.repeat(64),
  }));
  const failing = anObservation({
    host: 'yak-db-2',
    facts: { banner: 'yak-db-2 ready', address: '10.9.8.7' },
    message: 'yak-db-2 answers at 10.9.8.7',
  });
  const accepted = { signers, acceptedAt: at, expiresAt, stateDigest: 'a'.repeat(64) };
  await recorder.recordIncident({
    recordId: 'accepted',
    moment: 'risk_accepted',
    story: aStory({
      host: 'yak-db-2',
      latest: failing,
      state: 'risk_accepted',
      decisions: signers,
      acceptedRisk: accepted,
    }),
  });
  const passing = anObservation({
    host: 'zebra-ehr-7',
    status: 'pass',
    message: 'zebra-ehr-7 refuses root',
    observedAt: '2026-11-24T10:00:00.000Z',
  });
  await recorder.recordIncident({
    recordId: 'healed',
    moment: 'healed',
    story: aStory({ host: 'zebra-ehr-7', title: 'Root login on zebra-ehr-7', latest: passing }),
  });
  await persistence.close();
}

/** Exports and reads what is in the archive, PDF and base64 undone: by file, and of entries by what is signed. */
async function exported(...args: string[]) {
  const out = join(directory, `archive${args.join('')}.zip`);
  const env = {
    ...process.env,
    DATABASE_URL: database.server.url,
    MALACHOR_SECRETS_DIR: join(directory, 'secrets'),
  };
  const command = ['cli/main.ts', 'evidence', 'export', '--site', site, '--force', '--out', out, ...args];
  const { stderr } = await promisify(execFile)(process.execPath, command, { env });
  const bytes = await readFile(out);
  const files = filesOf(bytes);
  const texts = new Map([...files].map(([path, content]) => [path, textOf(path, content)]));
  const signed = (texts.get(`ledger/${site}/entries-000000.jsonl`) ?? '')
    .trim()
    .split('\n')
    .map((line) =>
      Buffer.from((JSON.parse(line) as LedgerEntry).envelope.payload, 'base64').toString('utf8'),
    );
  texts.set('signed', signed.join('\n'));
  const report = await verifyArchive(bytes, { cryptography: nodeCryptography });
  return { texts, report, stderr };
}

function textOf(path: string, content: Uint8Array): string {
  if (path.endsWith('.pdf')) return textOfPdf(content) + Buffer.from(content).toString('latin1');
  const text = decodeUtf8(content);
  if (text === undefined) throw new Error(`${path} is no text`);
  return text;
}

const naming = (texts: ReadonlyMap<string, string>, secret: RegExp) =>
  [...texts].filter(([, text]) => secret.test(text)).map(([path]) => path);

const controlStates = (texts: ReadonlyMap<string, string>) =>
  [...(texts.get('oscal-assessment-results.json') ?? '').matchAll(/"state": ?"([a-z-]+)"/g)].map(
    ([, state]) => state,
  );

test('without --withhold, disclosures and reports name hosts and people; what is signed never does', async () => {
  const { texts, report, stderr } = await exported();
  expect(stderr).toBe('');
  expect(report).toMatchObject({ verified: true, problems: [] });
  expect(report.sites[0]?.fields).toMatchObject({ withheld: 0 });
  expect(naming(texts, hosts)).toEqual(
    expect.arrayContaining([
      `ledger/${site}/disclosures-000000.jsonl`,
      'report-hipaa.pdf',
      'oscal-assessment-results.json',
      'entries.csv',
    ]),
  );
  expect(naming(texts, users)).toEqual(
    expect.arrayContaining([`ledger/${site}/disclosures-000000.jsonl`, 'report-hipaa.pdf']),
  );
  expect(naming(texts, addresses)).toContain(`ledger/${site}/disclosures-000000.jsonl`);
  for (const secret of [hosts, users, addresses]) expect(naming(texts, secret)).not.toContain('signed');
});

test('--withhold hosts leaves no host’s name in any byte; it verifies, people are shown, and hosts are told apart', async () => {
  const open = await exported();
  const { texts, report } = await exported('--withhold', 'hosts');
  expect(report).toMatchObject({ verified: true, problems: [] });
  expect(report.sites[0]?.fields.withheld).toBeGreaterThan(0);
  expect(naming(texts, hosts)).toEqual([]);
  expect(naming(texts, users)).toContain('report-hipaa.pdf');
  expect(texts.get('entries.csv')).toContain('(withheld 1)');
  expect(texts.get('entries.csv')).toContain('Root login on (withheld 2)');
  expect(controlStates(texts)).toEqual(controlStates(open.texts));
  expect(controlStates(texts)).not.toEqual([]);
});

test('--withhold hosts,users,addresses leaves none of them in any byte, and it verifies', async () => {
  const { texts, report } = await exported('--withhold', 'hosts,users,addresses');
  expect(report).toMatchObject({ verified: true, problems: [] });
  for (const secret of [hosts, users, addresses]) expect(naming(texts, secret)).toEqual([]);
});

/** What only the database's owner can do. */
async function asOwner(sql: string): Promise<void> {
  await owner.query(`begin;
    select set_config('malachor.site', '${site}', true);
    alter table entry_disclosure disable trigger entry_disclosure_append_only;
    ${sql};
    alter table entry_disclosure enable always trigger entry_disclosure_append_only;
    commit`);
}

test('a disclosure that was forged in the database is named by its entry and place, and is in no report', async () => {
  await asOwner(`update entry_disclosure
    set disclosures = replace(disclosures::text, '"zebra-ehr-7"', '"forged-host"')::json where seq = 1`);
  const { texts, report } = await exported();
  await asOwner(`update entry_disclosure
    set disclosures = replace(disclosures::text, '"forged-host"', '"zebra-ehr-7"')::json where seq = 1`);
  expect(report.verified).toBe(false);
  expect(report.problems).toContainEqual(
    expect.objectContaining({
      code: 'disclosure_invalid',
      place: { file: `ledger/${site}/disclosures-000000.jsonl`, line: 2, seq: 1 },
      message: expect.stringContaining('/host') as string,
    }),
  );
  expect(naming(texts, /forged-host/)).toEqual([`ledger/${site}/disclosures-000000.jsonl`]);
});

test('disclosures that were erased are withheld for good, and the rest verifies', async () => {
  await asOwner('delete from entry_disclosure where seq = 1');
  const { texts, report } = await exported();
  expect(report).toMatchObject({ verified: true, problems: [] });
  expect(report.sites[0]?.fields.withheld).toBeGreaterThan(0);
  expect(naming(texts, /zebra-ehr-7/)).toEqual([]);
  expect(naming(texts, /yak-db-2/)).toContain('report-hipaa.pdf');
});

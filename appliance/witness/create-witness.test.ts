import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCheckpoint } from '../../evidence/checkpoint.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { verifyCosignature } from '../../evidence/witness/cosignature.ts';
import { createWitness, type Witness, type WitnessOptions } from './create-witness.ts';
import { parseLogKeys } from './log-keys.ts';
import { SampleLog } from './testing/sample-log.ts';
import { WitnessStore, WitnessStoreError } from './witness-store.ts';

const site = 'main-street';
const name = 'malachor.dev/witness/main-street/box-1';
const keys = generateKeyPair();
const logKeys = generateKeyPair();
const logSigner = createSigner(logKeys.privateKeyPem);
const log = new SampleLog(site, logSigner);
const forkAt2 = new SampleLog(site, logSigner, 2);
const now = Date.parse('2026-11-27T10:00:00.000Z');

const directory = mkdtempSync(join(tmpdir(), 'malachor-witness-'));
let stores: WitnessStore[] = [];
afterEach(() => {
  for (const store of stores) store.close();
  stores = [];
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});
let files = 0;
const newFile = () => join(directory, `${files++}.db`);

function open(file: string): WitnessStore {
  const store = new WitnessStore(file);
  stores.push(store);
  return store;
}

function witnessWith(store: WitnessOptions['store'], over: Partial<WitnessOptions> = {}): Witness {
  return createWitness({
    name,
    signer: createSigner(keys.privateKeyPem),
    site,
    logKeys: parseLogKeys(logKeys.publicKeyPem),
    store,
    now: () => now,
    cryptography: nodeCryptography,
    ...over,
  });
}

test('a checkpoint that continues the last is cosigned, under its name and with the time', async () => {
  const witness = witnessWith(open(newFile()));
  for (const [from, size] of [
    [0, 3],
    [3, 7],
    [7, 7],
  ] as const) {
    const answer = await witness.cosign(log.request(from, size));
    if (answer.kind !== 'cosigned') throw new Error(answer.code);
    const note = parseCheckpoint(log.note(size) + answer.cosignature)!;
    expect(await verifyCosignature(note, { name, publicKey: keys.publicKey }, nodeCryptography)).toEqual({
      kind: 'valid',
      timestamp: now / 1_000,
    });
  }
});

test.each([
  ['another ledger of the same size', forkAt2.request(5, 5), 'fork'],
  ['a longer ledger with another past', forkAt2.request(5, 8), 'inconsistent'],
  ['a shorter ledger', log.request(5, 4), 'rollback'],
  ['what follows a size it never cosigned', log.request(3, 8), 'conflict'],
  ['the ledger of another site', new SampleLog('harbour', logSigner).request(5, 8), 'unknown_log'],
  [
    'what another key signed',
    new SampleLog(site, createSigner(keys.privateKeyPem)).request(5, 8),
    'not_signed',
  ],
  ['what is no request', 'old 5', 'malformed'],
])('%s is refused, and the next true one is cosigned', async (_, request, code) => {
  const witness = witnessWith(open(newFile()));
  await witness.cosign(log.request(0, 5));
  expect(await witness.cosign(request)).toMatchObject({ kind: 'refused', witness: name, code });
  expect(await witness.cosign(log.request(5, 6))).toMatchObject({ kind: 'cosigned' });
});

test('who follows another size hears which was cosigned last', async () => {
  const witness = witnessWith(open(newFile()));
  expect(await witness.cosign(log.request(2, 4))).toMatchObject({ code: 'conflict', size: 0 });
  await witness.cosign(log.request(0, 5));
  expect(await witness.cosign(log.request(2, 8))).toMatchObject({ code: 'conflict', size: 5 });
});

test('of two histories that are asked for side by side one is cosigned', async () => {
  const witness = witnessWith(open(newFile()));
  const answers = await Promise.all([
    witness.cosign(log.request(0, 5)),
    witness.cosign(forkAt2.request(0, 5)),
  ]);
  expect(answers.map((answer) => (answer.kind === 'refused' ? answer.code : answer.kind))).toEqual([
    'cosigned',
    'fork',
  ]);
});

test('what cannot be stored is not cosigned', async () => {
  const store = open(newFile());
  const witness = witnessWith(store);
  store.close();
  stores = [];
  await expect(witness.cosign(log.request(0, 5))).rejects.toThrow('not open');
});

test('a step that fails holds up none after it', async () => {
  const store = open(newFile());
  const broken = witnessWith(store, {
    now: () => {
      throw new Error('no clock');
    },
  });
  await expect(broken.cosign(log.request(0, 5))).rejects.toThrow('no clock');
  expect(await witnessWith(store).cosign(log.request(0, 5))).toMatchObject({ kind: 'cosigned' });
});

test('a checkpoint by an earlier key of the ledger is cosigned too', async () => {
  const older = generateKeyPair();
  const both = parseLogKeys(older.publicKeyPem + logKeys.publicKeyPem);
  const witness = witnessWith(open(newFile()), { logKeys: both });
  const before = new SampleLog(site, createSigner(older.privateKeyPem));
  expect(await witness.cosign(before.request(0, 5))).toMatchObject({ kind: 'cosigned' });
  expect(await witness.cosign(log.request(5, 8))).toMatchObject({ kind: 'cosigned' });
});

test.each(['', 'no key', `${logKeys.publicKeyPem}more`, logKeys.privateKeyPem])(
  'keys that cannot be read are refused: %j',
  (text) => {
    expect(() => parseLogKeys(text)).toThrow('evidence-signing.pem');
  },
);

test('one process at a time holds the memory', () => {
  const file = newFile();
  open(file);
  expect(() => new WitnessStore(file)).toThrow(WitnessStoreError);
});

test('a witness that is killed between storing and answering refuses a fork when it is back', async () => {
  const file = newFile();
  const child = spawn(
    process.execPath,
    [join(process.cwd(), 'appliance/witness/testing/killed-witness.ts')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let answered = '';
  child.stdout.on('data', (chunk: Buffer) => {
    answered += chunk.toString();
  });
  const exit = once(child, 'close');
  const { privateKeyPem } = keys;
  const logKeyPem = logKeys.publicKeyPem;
  child.stdin.end(JSON.stringify({ file, site, name, privateKeyPem, logKeyPem, request: log.request(0, 5) }));
  expect(await exit).toEqual([null, 'SIGKILL']);
  expect(answered).toBe('');

  const witness = witnessWith(open(file));
  expect(await witness.cosign(forkAt2.request(0, 5))).toMatchObject({ kind: 'refused', code: 'fork' });
  expect(await witness.cosign(forkAt2.request(5, 9))).toMatchObject({ code: 'inconsistent' });
  expect(await witness.cosign(log.request(0, 9))).toMatchObject({ code: 'conflict', size: 5 });
  expect(await witness.cosign(log.request(5, 9))).toMatchObject({ kind: 'cosigned' });
});

import { createHash, createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from '../evidence/node/ed25519.ts';
import { addOperators, ensureCentralSecrets, provisionSiteSecrets, publicHalf } from './secrets.ts';

const parent = mkdtempSync(join(tmpdir(), 'malachor-secrets-test-'));
const central = join(parent, 'central');
afterAll(() => {
  rmSync(parent, { recursive: true });
});
const read = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8');

test('every central secret is made once, closed to others, and stays', () => {
  ensureCentralSecrets(central);
  const names = readdirSync(central);
  const before = names.map((name) => read(central, name));
  ensureCentralSecrets(central);

  expect(names).toEqual(
    expect.arrayContaining([
      'admin-token',
      'evidence-signing.pem',
      'order-signing.pem',
      'payload-master.key',
    ]),
  );
  expect(names.map((name) => read(central, name))).toEqual(before);
  expect(statSync(central).mode & 0o777).toBe(0o700);
  for (const name of names) expect(statSync(join(central, name)).mode & 0o777).toBe(0o600);
  expect(Buffer.from(read(central, 'payload-master.key'), 'base64')).toHaveLength(32);
  expect(createPrivateKey(read(central, 'order-signing.pem')).asymmetricKeyType).toBe('ed25519');
});

test('an appliance gets its own site’s key, keys of its own, and no private half of another’s', () => {
  const [oak, elm] = [join(parent, 'oak'), join(parent, 'elm')];
  provisionSiteSecrets(central, oak, 'oak');
  provisionSiteSecrets(central, elm, 'elm');

  const own = ['evidence-signing.pem', 'witness-signing.pem'];
  expect(readdirSync(oak).sort()).toEqual(
    [...own, 'evidence-signing.pub.pem', 'order-signing.pub.pem', 'payload-site.key'].sort(),
  );
  for (const name of own) expect(statSync(join(oak, name)).mode & 0o777).toBe(0o600);
  const keys = own.map((name) => read(oak, name));
  expect(new Set([...keys, ...own.map((name) => read(elm, name))]).size).toBe(4);
  provisionSiteSecrets(central, oak, 'oak');
  expect(own.map((name) => read(oak, name))).toEqual(keys);
  expect(read(oak, 'order-signing.pub.pem')).toContain('PUBLIC KEY');
  expect(read(oak, 'payload-site.key')).not.toBe(read(elm, 'payload-site.key'));
});

test('an appliance knows every key that central signs checkpoints with, also those before', () => {
  const ash = join(parent, 'ash');
  provisionSiteSecrets(central, ash, 'ash');
  provisionSiteSecrets(central, ash, 'ash');
  const first = publicHalf(join(central, 'evidence-signing.pem'));
  expect(read(ash, 'evidence-signing.pub.pem')).toBe(first);

  const old = read(central, 'evidence-signing.pem');
  const { privateKeyPem, publicKeyPem } = generateKeyPair();
  writeFileSync(join(central, 'evidence-signing.pem'), privateKeyPem);
  provisionSiteSecrets(central, ash, 'ash');
  writeFileSync(join(central, 'evidence-signing.pem'), old);
  expect(read(ash, 'evidence-signing.pub.pem')).toBe(first + publicKeyPem);
});

test('only the digest of an operator’s token is kept, and a new token replaces the old', () => {
  const first = addOperators(central, [{ name: 'kim', role: 'operator' }]).get('kim')!;
  const second = addOperators(central, [{ name: 'kim', role: 'admin' }]).get('kim')!;

  expect(second).not.toBe(first);
  const sha256 = createHash('sha256').update(second).digest('hex');
  expect(JSON.parse(read(central, 'operators.json'))).toEqual([{ name: 'kim', role: 'admin', sha256 }]);
});

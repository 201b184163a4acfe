import { parseCheckpoint, signCheckpoint } from '../evidence/checkpoint.ts';
import { createSigner, generateKeyPair } from '../evidence/node/ed25519.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { cosign } from '../evidence/witness/cosignature.ts';
import type { Cosignature } from '../persistence/cosignatures.ts';
import type { SigningKey } from '../persistence/signing-keys.ts';
import { cosignedPart } from './cosigned-checkpoints.ts';

const site = 'main-street';
const at = '2026-11-27T10:00:00.000Z';
const log = createSigner(generateKeyPair().privateKeyPem);
const pairs = { a: generateKeyPair(), b: generateKeyPair() };
const keyOf = (name: 'a' | 'b', over: Partial<SigningKey> = {}): SigningKey => ({
  keyId: name,
  purpose: 'witness',
  name,
  publicKey: pairs[name].publicKeyPem,
  firstUsedAt: '2026-11-01T00:00:00.000Z',
  ...over,
});
const keys = [keyOf('a'), keyOf('b')];
const noteOf = (size: number, history = 'one') =>
  signCheckpoint({ site, size, root: sha256(`${history} ${size}`) }, log, sha256);

function cosigned(name: 'a' | 'b', size: number, history?: string): Cosignature {
  const checkpoint = noteOf(size, history);
  const signer = createSigner(pairs[name].privateKeyPem);
  const body = parseCheckpoint(checkpoint)?.body ?? '';
  const line = cosign(body, Date.parse(at) / 1_000, { name, signer }, sha256);
  return { witness: name, size, signedAt: at, recordedAt: at, checkpoint, line };
}

test('each checkpoint carries the lines of all who cosigned it, the end too', async () => {
  const [a3, b3, a5] = [cosigned('a', 3), cosigned('b', 3), cosigned('a', 5)];
  expect(await cosignedPart(noteOf(5), [a3, b3, a5], keys)).toEqual({
    checkpoint: noteOf(5) + a5.line,
    checkpoints: [{ size: 3, note: noteOf(3) + a3.line + b3.line }],
  });
});

test('a checkpoint of the end that says otherwise stays for the verifier to find', async () => {
  const other = cosigned('a', 5, 'another');
  expect(await cosignedPart(noteOf(5), [other], keys)).toEqual({
    checkpoint: noteOf(5),
    checkpoints: [{ size: 5, note: other.checkpoint + other.line }],
  });
});

test.each([
  ['of nobody who is enrolled', [keyOf('b')]],
  ['of another key', [keyOf('a', { publicKey: pairs.b.publicKeyPem })]],
  ['of a key that was revoked before', [keyOf('a', { revokedAt: '2026-11-20T00:00:00.000Z' })]],
])('a line %s is left out', async (_, known) => {
  expect(await cosignedPart(noteOf(5), [cosigned('a', 5)], known)).toEqual({
    checkpoint: noteOf(5),
    checkpoints: [],
  });
});

import { createHash } from 'node:crypto';
import {
  checkpointBody,
  isSignedBy,
  noteVerifierKey,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
import { nodeCryptography } from './node/ed25519.ts';
import { sha256 } from './node/hasher.ts';
import { signerNamed } from './testing/sample-evidence.ts';

const signer = signerNamed('checkpoint');
const checkpoint = { site: 'north-clinic', size: 42, root: sha256('root') };
const note = signCheckpoint(checkpoint, signer, sha256);

describe('a checkpoint', () => {
  it('is a C2SP signed note of three lines', () => {
    const rootLine = Buffer.from(checkpoint.root, 'hex').toString('base64');
    const name = 'malachor.dev/ledger/north-clinic';
    expect(note.startsWith(`${name}\n42\n${rootLine}\n\n— ${name} `)).toBe(true);
    const signature = Buffer.from(note.trimEnd().split(' ').at(-1)!, 'base64');
    const keyHash = createHash('sha256')
      .update(`${name}\n\x01`)
      .update(signer.publicKey)
      .digest()
      .subarray(0, 4);
    expect(signature.subarray(0, 4)).toEqual(keyHash);
    expect(signature).toHaveLength(68);
    expect(noteVerifierKey('north-clinic', signer.publicKey, sha256)).toContain(
      `+${keyHash.toString('hex')}+`,
    );
  });

  it('reads back and verifies under its key only', async () => {
    const read = parseCheckpoint(note)!;
    expect(read.checkpoint).toEqual(checkpoint);
    expect(await isSignedBy(read, signer.publicKey, nodeCryptography)).toBe(true);
    expect(await isSignedBy(read, signerNamed('other').publicKey, nodeCryptography)).toBe(false);
  });

  it('does not verify with another size or root', async () => {
    for (const changed of [
      note.replace('\n42\n', '\n43\n'),
      note.replace(/\n(.{43}=)\n/, `\n${'A'.repeat(43)}=\n`),
    ]) {
      expect(changed).not.toBe(note);
      expect(await isSignedBy(parseCheckpoint(changed)!, signer.publicKey, nodeCryptography)).toBe(false);
    }
  });

  it('may carry signatures of witnesses beside its own', async () => {
    const witness = note
      .trimEnd()
      .split('\n')
      .at(-1)!
      .replace('malachor.dev/ledger/north-clinic', 'witness.example');
    const read = parseCheckpoint(`${note}${witness}\n`)!;
    expect(read.signatures).toHaveLength(2);
    expect(await isSignedBy(read, signer.publicKey, nodeCryptography)).toBe(true);
  });

  it.each([
    ['an empty text', ''],
    ['no signature', `${checkpointBody(checkpoint)}\n`],
    ['a size with a leading zero', note.replace('\n42\n', '\n042\n')],
    ['a size beyond exact numbers', note.replace('\n42\n', '\n9007199254740993\n')],
    ['another origin', note.replace('malachor.dev/', 'example.org/')],
    ['a short root', note.replace(/\n.{43}=\n/, '\nAAAA\n')],
    ['a carriage return', note.replace('\n42\n', '\r\n42\n')],
    ['an extension line', note.replace('\n\n', '\nextension\n\n')],
    ['no newline at the end', note.trimEnd()],
    ['a hyphen instead of the dash', note.replace('—', '-')],
  ])('is not read with %s', (_, text) => {
    expect(text).not.toBe(note);
    expect(parseCheckpoint(text)).toBeUndefined();
  });
});

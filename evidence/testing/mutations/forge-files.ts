import type { ArchiveKey } from '../../archive/key-history.ts';
import { keysPath, manifestEnvelopePath, manifestPath } from '../../archive/paths.ts';
import { encodeUtf8, equalBytes } from '../../bytes.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { signerNamed } from '../sample-evidence.ts';
import { pick, type Random } from './random.ts';
import { assemble, type Files, type Repair, repairs, textOf } from './repair.ts';
import { type Mutant, namesFile, type Subject } from './subject.ts';

const manifestPaths = [manifestPath, manifestEnvelopePath];

/** Files taken away, added, renamed, exchanged and altered as a whole, and the manifest itself. */
export function forgeFiles(subject: Subject, random: Random): Mutant {
  return pick(random, fileForgeries)(subject, random);
}

const fileForgeries: readonly ((subject: Subject, random: Random) => Mutant)[] = [
  (subject, random) => {
    const path = pick(random, [...subject.files.keys()]);
    return forged(subject, random, `${path} deleted`, path, (files) => void files.delete(path));
  },
  (subject, random) => {
    const path = pick(random, ['extra.txt', 'ledger/north-clinic/notes.txt', 'ledger/nowhere/start.json']);
    const change = (files: Files) => void files.set(path, encodeUtf8('{"hello":"world"}\n'));
    return forged(subject, random, `${path} added`, path, change);
  },
  (subject, random) => {
    const path = pick(random, ordinary(subject));
    const change = (files: Files) => {
      const bytes = files.get(path) ?? new Uint8Array();
      files.delete(path);
      files.set(`${path}.bak`, bytes);
    };
    return forged(subject, random, `${path} renamed`, path, change);
  },
  (subject, random) => {
    const one = pick(random, ordinary(subject));
    const others = ordinary(subject).filter(
      (path) => !equalBytes(bytesOf(subject, path), bytesOf(subject, one)),
    );
    const two = pick(random, others);
    const change = (files: Files) => {
      files.set(one, bytesOf(subject, two));
      files.set(two, bytesOf(subject, one));
    };
    return forged(subject, random, `${one} and ${two} exchanged`, one, change);
  },
  (subject, random) => {
    const path = pick(random, ordinary(subject));
    const change = (files: Files) => {
      const bytes = Uint8Array.from(bytesOf(subject, path));
      const index = random(bytes.length);
      files.set(path, bytes.with(index, (bytes[index] ?? 0) ^ (1 << random(8))));
    };
    return forged(subject, random, `a bit of ${path} flipped, the ZIP's checksum right`, path, change);
  },
  shiftTimes,
  alterKeys,
];

function ordinary(subject: Subject): string[] {
  return [...subject.files.keys()].filter((path) => !manifestPaths.includes(path));
}

function bytesOf({ files }: Subject, path: string): Uint8Array {
  return files.get(path) ?? new Uint8Array();
}

/** With checksums alone the file itself is named; where the manifest fits, that is where the signature no longer does. */
function forged(
  subject: Subject,
  random: Random,
  what: string,
  path: string,
  change: (files: Files) => void,
): Mutant {
  const files = new Map(subject.files);
  change(files);
  // The manifest cannot be forged and put right.
  const repair: Repair = manifestPaths.includes(path) ? 'checksums' : pick(random, repairs);
  return {
    what: `${what}, repaired: ${repair}`,
    bytes: assemble(subject, files, repair, signerNamed('forger')),
    isNamed: repair === 'checksums' ? namesFile(path) : namesFile(...manifestPaths),
  };
}

/** The archive said to be made at another time. */
function shiftTimes(subject: Subject, random: Random): Mutant {
  const files = new Map(subject.files);
  const manifest = JSON.parse(textOf(files, manifestPath)) as { createdAt: string };
  const createdAt = new Date(Date.parse(manifest.createdAt) + (1 + random(1_000_000)) * 1_000).toISOString();
  files.set(manifestPath, encodeUtf8(`${canonicalJson({ ...manifest, createdAt })}\n`));
  return {
    what: `the archive dated ${createdAt}`,
    bytes: assemble(subject, files, 'checksums', signerNamed('forger')),
    isNamed: namesFile(manifestPath),
  };
}

/** Another validity, purpose or public key of a listed key. */
function alterKeys(subject: Subject, random: Random): Mutant {
  const files = new Map(subject.files);
  const { keys } = JSON.parse(textOf(files, keysPath)) as { keys: ArchiveKey[] };
  const index = random(keys.length);
  const key = pick(() => index, keys);
  const stranger = signerNamed(`stranger ${random(1_000)}`);
  const altered = pick(random, [
    { ...key, notBefore: '2027-01-01T00:00:00.000Z' },
    { ...key, revokedAt: '2026-01-02T00:00:00.000Z' },
    { ...key, publicKey: Buffer.from(stranger.publicKey).toString('base64') },
    { ...key, keyId: stranger.keyId, publicKey: Buffer.from(stranger.publicKey).toString('base64') },
  ]);
  files.set(keysPath, encodeUtf8(`${canonicalJson({ keys: keys.with(index, altered) })}\n`));
  const repair = pick(random, ['checksums', 'manifest'] as const);
  return {
    what: `key ${key.purpose} ${key.keyId} altered to ${JSON.stringify(altered)}, repaired: ${repair}`,
    bytes: assemble(subject, files, repair, stranger),
    isNamed: repair === 'checksums' ? namesFile(keysPath) : namesFile(...manifestPaths),
  };
}

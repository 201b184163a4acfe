import { nodeCryptography } from '../node/ed25519.ts';
import { sha256 } from '../node/hasher.ts';
import { portableCryptography } from '../portable/cryptography.ts';
import { fingerprintOf } from '../signer.ts';
import { type ArchiveInputV1, createArchiveV1 } from '../testing/create-archive-v1.ts';
import { entries, lines, withFile, withFileAndManifest } from '../testing/forge.ts';
import {
  archiveKey,
  checkpointSigner,
  evidenceSigner,
  sampleArchiveInput,
  sampleKeys,
  sampleSite,
  signerNamed,
} from '../testing/sample-evidence.ts';
import { filesOf, writeZip } from '../testing/zip-bytes.ts';
import { verifyArchive } from './verify-archive.ts';

const input = sampleArchiveInput();
const archive = createArchiveV1(input, evidenceSigner, sha256);
const pins = [evidenceSigner, checkpointSigner].map(({ publicKey }) => fingerprintOf(publicKey, sha256));
const northEntries = 'ledger/north-clinic/entries-000000.jsonl';
const northCheckpoint = 'ledger/north-clinic/checkpoint.txt';

const verify = (bytes: Uint8Array, trustedKeys?: string[]) =>
  verifyArchive(bytes, { cryptography: nodeCryptography, trustedKeys });
const problemsOf = async (bytes: Uint8Array, trustedKeys?: string[]) => {
  const report = await verify(bytes, trustedKeys);
  expect(report.verified).toBe(report.problems.length === 0);
  return report.problems.map(({ code, place }) => ({ code, ...place }));
};
const archiveOf = (changes: Partial<ArchiveInputV1>, signer = evidenceSigner) =>
  createArchiveV1({ ...input, ...changes }, signer, sha256);

describe('an archive as it was made', () => {
  it.each([
    ['Node', nodeCryptography],
    ['portable', portableCryptography],
  ])('is verified with %s cryptography', async (_, cryptography) => {
    const report = await verifyArchive(archive, { cryptography, trustedKeys: pins });
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({
      verified: true,
      keySource: 'pinned',
      sites: [
        {
          site: 'north-clinic',
          entries: 8,
          firstSeq: 0,
          from: '2026-03-01T00:00:00.000Z',
          to: '2026-03-01T07:00:00.000Z',
          checkpointSize: 8,
        },
        { site: 'south-clinic', entries: 4, firstSeq: 3, checkpointSize: 7 },
      ],
    });
  });

  it('says that its own keys were believed where none were pinned', async () => {
    expect(await verify(archive)).toMatchObject({ verified: true, keySource: 'archive' });
  });

  it('is the same bytes every time', () => {
    expect(createArchiveV1(sampleArchiveInput(), evidenceSigner, sha256)).toEqual(archive);
  });

  it('may hold an empty ledger, and one over a thousand entries in several files', async () => {
    const [large] = [sampleSite('large', 1_001)];
    const bytes = archiveOf({ sites: [large, sampleSite('empty', 0)] });
    expect([...filesOf(bytes).keys()]).toContain('ledger/large/entries-000001.jsonl');
    const report = await verify(bytes, pins);
    expect(report.problems).toEqual([]);
    expect(report.sites.map(({ entries: count }) => count)).toEqual([1_001, 0]);
  });
});

describe('damage to the ledger is named with file, line and entry', () => {
  const place = (line: number, seq: number) => ({ file: northEntries, line, seq });

  it('a changed time of recording', async () => {
    const bytes = withFile(
      archive,
      northEntries,
      lines((all) =>
        all.with(3, all[3]!.replace('"recordedAt":"2026-03-01T03', '"recordedAt":"2026-03-01T04')),
      ),
    );
    expect(await problemsOf(bytes)).toContainEqual({ code: 'entry_changed', ...place(4, 3) });
  });

  it('a line that is no entry at all', async () => {
    const bytes = withFile(
      archive,
      northEntries,
      lines((all) => all.with(2, '{}')),
    );
    expect(await problemsOf(bytes)).toEqual([
      { code: 'file_changed', file: northEntries },
      { code: 'entry_malformed', ...place(3, 2) },
    ]);
  });

  it('a deleted entry', async () => {
    const bytes = withFile(
      archive,
      northEntries,
      lines((all) => all.toSpliced(4, 1)),
    );
    expect(await problemsOf(bytes)).toContainEqual({ code: 'entry_missing', ...place(5, 4) });
  });

  it('two swapped entries', async () => {
    const swap = lines((all) => all.with(1, all[2]!).with(2, all[1]!));
    const problems = await problemsOf(withFile(archive, northEntries, swap));
    expect(problems).toContainEqual({ code: 'entry_missing', ...place(2, 1) });
    expect(problems).toContainEqual({ code: 'entry_out_of_order', ...place(3, 1) });
  });

  it('an entry played a second time', async () => {
    const bytes = withFile(
      archive,
      northEntries,
      lines((all) => all.toSpliced(5, 0, all[2]!)),
    );
    expect(await problemsOf(bytes)).toContainEqual({ code: 'entry_repeated', ...place(6, 2) });
  });

  it('entries cut off at the end', async () => {
    const problems = await problemsOf(
      withFileAndManifest(
        archive,
        northEntries,
        lines((all) => all.slice(0, 6)),
      ),
    );
    expect(problems).toContainEqual({
      code: 'checkpoint_size_mismatch',
      file: northCheckpoint,
      line: 2,
      seq: 6,
    });
    expect(problems).toContainEqual({ code: 'file_changed', file: 'manifest.json' });
  });

  it('an entry of another site, chained in anew', async () => {
    const foreign = sampleSite('south-clinic', 9).entries[8]!;
    const problems = await problemsOf(
      withFileAndManifest(
        archive,
        northEntries,
        entries((all) => all.with(5, foreign)),
      ),
    );
    expect(problems).toContainEqual({ code: 'foreign_site', ...place(6, 5) });
  });

  it('a signature taken from another entry, chained in anew', async () => {
    const forge = entries((all) => {
      const [{ envelope }, other] = [all[5]!, all[4]!];
      return all.with(5, { ...all[5]!, envelope: { ...envelope, signatures: other.envelope.signatures } });
    });
    const problems = await problemsOf(withFileAndManifest(archive, northEntries, forge));
    expect(problems).toContainEqual({ code: 'signature_invalid', ...place(6, 5) });
  });

  it('a bundle signed by a key the archive does not list', async () => {
    const stranger = sampleSite('north-clinic', 8, 0, signerNamed('stranger')).entries[5]!;
    const problems = await problemsOf(
      withFileAndManifest(
        archive,
        northEntries,
        entries((all) => all.with(5, stranger)),
      ),
    );
    expect(problems).toContainEqual({ code: 'signature_unknown_key', ...place(6, 5) });
  });

  it('a ledger whose hashes were all rebuilt and whose manifest was signed again by the same key', async () => {
    const site = sampleSite('north-clinic', 8);
    const other = sampleSite('north-clinic', 9).entries[8]!;
    const rebuild = entries((all) => [...all.toSpliced(4, 1), other]);
    const text = new TextDecoder().decode(filesOf(archive).get(northEntries));
    const rebuilt = rebuild(text).trimEnd().split('\n');
    const forged = rebuilt.map((line) => JSON.parse(line) as (typeof site.entries)[number]);
    const problems = await problemsOf(archiveOf({ sites: [{ ...site, entries: forged }] }));
    expect(problems).toEqual([{ code: 'checkpoint_root_mismatch', file: northCheckpoint, line: 3 }]);
  });

  it('a break in the chain that whoever holds the signing keys left behind', async () => {
    const site = sampleSite('north-clinic', 8);
    const later = sampleSite('north-clinic', 8, 0);
    const start = { ...later.start, headHash: 'ab'.repeat(32) };
    const problems = await problemsOf(archiveOf({ sites: [{ ...site, start }] }));
    expect(problems).toContainEqual({ code: 'ledger_start_invalid', file: 'ledger/north-clinic/start.json' });
    expect(problems).toContainEqual({ code: 'chain_broken', ...place(1, 0) });
  });
});

describe('keys', () => {
  const forger = signerNamed('forger');
  const forgedKeys = [archiveKey(forger, 'evidence'), archiveKey(forger, 'checkpoint')];
  const forgedArchive = () => {
    const site = sampleSite('north-clinic', 8, 0, forger);
    return archiveOf({ sites: [site], keys: [...forgedKeys, sampleKeys[1]!] }, forger);
  };

  it('that replaced the real ones are found where the real ones were pinned', async () => {
    expect(await problemsOf(forgedArchive())).toEqual([]);
    const problems = await problemsOf(forgedArchive(), pins);
    expect(problems).toContainEqual({ code: 'key_not_trusted', file: northEntries, line: 1, seq: 0 });
    expect(problems).toContainEqual({ code: 'key_not_trusted', file: 'manifest.dsse.json' });
  });

  it('are all foreign to a pin that no key of the archive has', async () => {
    expect(await problemsOf(archive, ['00'.repeat(32)])).toContainEqual({
      code: 'key_not_trusted',
      file: 'keys.json',
    });
  });

  it('do not count under the id of another key', async () => {
    const swapped = { ...sampleKeys[0]!, publicKey: forgedKeys[0]!.publicKey };
    const problems = await problemsOf(archiveOf({ keys: [swapped, sampleKeys[1]!] }));
    expect(problems).toContainEqual({ code: 'key_mismatch', file: 'keys.json' });
    expect(problems).toContainEqual({ code: 'signature_unknown_key', file: northEntries, line: 1, seq: 0 });
  });

  it('do not count for another purpose', async () => {
    const keys = sampleKeys.map((key) => ({ ...key, purpose: 'order' as const }));
    const problems = await problemsOf(archiveOf({ keys }));
    expect(problems).toContainEqual({ code: 'signature_unknown_key', file: northEntries, line: 1, seq: 0 });
    expect(problems).toContainEqual({ code: 'signature_invalid', file: northCheckpoint, line: 5 });
  });

  it('do not count for entries recorded after their revocation or before they began', async () => {
    const revoked = archiveKey(evidenceSigner, 'evidence', { revokedAt: '2026-03-01T05:00:00.000Z' });
    const codes = (await problemsOf(archiveOf({ keys: [revoked, sampleKeys[1]!] }))).filter(
      ({ file, code }) => file === northEntries && code === 'key_not_valid_then',
    );
    expect(codes.map(({ seq }) => seq)).toEqual([5, 6, 7]);
    const late = archiveKey(checkpointSigner, 'checkpoint', { notBefore: '2026-05-01T00:00:00.000Z' });
    expect(await problemsOf(archiveOf({ keys: [sampleKeys[0]!, late] }))).toContainEqual({
      code: 'key_not_valid_then',
      file: northCheckpoint,
      line: 5,
    });
  });
});

describe('damage to the container', () => {
  it('a changed, missing or added file', async () => {
    const changed = withFile(archive, 'README.txt', (text) => text.replace('Verify', 'Believe'));
    expect(await problemsOf(changed)).toEqual([{ code: 'file_changed', file: 'README.txt' }]);
    const missing = withFile(archive, 'README.txt', () => undefined);
    expect(await problemsOf(missing)).toEqual([{ code: 'file_missing', file: 'README.txt' }]);
    const added = withFile(archive, 'extra.txt', () => 'hello');
    expect(await problemsOf(added)).toEqual([{ code: 'file_unexpected', file: 'extra.txt' }]);
  });

  it.each([
    'manifest.json',
    'manifest.dsse.json',
    'keys.json',
    northCheckpoint,
    'ledger/south-clinic/start.json',
  ])('a missing %s', async (path) => {
    const problems = await problemsOf(withFile(archive, path, () => undefined));
    expect(problems).toContainEqual({ code: 'file_missing', file: path });
  });

  it('a second signature added to the manifest', async () => {
    const extra = `},{"keyid":"stranger","sig":"AAAA"}]`;
    const bytes = withFile(archive, 'manifest.dsse.json', (text) => text.replace('}]', extra));
    expect(await problemsOf(bytes)).toEqual([{ code: 'signature_unknown_key', file: 'manifest.dsse.json' }]);
  });

  it('bytes after the end, at the exact byte', async () => {
    const longer = Buffer.concat([archive, Buffer.from('x')]);
    expect(await problemsOf(longer)).toEqual([{ code: 'zip_altered', offset: archive.length }]);
  });

  it('files in another order', async () => {
    const files = [...filesOf(archive)];
    const canonical = Buffer.from(writeZip(new Map(files)));
    expect(canonical.equals(archive)).toBe(true);
    const [first, second] = [files[0]!, files[1]!];
    const size = ([path, data]: [string, Uint8Array]) => 30 + Buffer.byteLength(path) + data.length;
    const cut = size(first);
    const swapped = Buffer.concat([
      archive.subarray(cut, cut + size(second)),
      archive.subarray(0, cut),
      archive.subarray(cut + size(second)),
    ]);
    const problems = await problemsOf(swapped);
    expect(problems[0]).toMatchObject({ code: 'zip_altered', offset: 14 });
  });

  it('something that is no archive', async () => {
    expect(await problemsOf(new Uint8Array())).toEqual([{ code: 'archive_unreadable', offset: 0 }]);
    expect(await problemsOf(new Uint8Array(1_000))).toEqual([{ code: 'archive_unreadable', offset: 0 }]);
  });
});

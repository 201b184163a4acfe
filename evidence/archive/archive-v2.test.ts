import { canonicalJson } from '../canonical-json.ts';
import { signStatement } from '../bundle.ts';
import { parseCheckpoint, signCheckpoint } from '../checkpoint.ts';
import { emptyHead, ledgerRoot } from '../ledger.ts';
import { buildScanStatement } from '../statements/scan-v1.ts';
import type { ArchiveKey } from './key-history.ts';
import { nodeCryptography } from '../node/ed25519.ts';
import { sha256 } from '../node/hasher.ts';
import { portableCryptography } from '../portable/cryptography.ts';
import { fingerprintOf, type Signer } from '../signer.ts';
import { lines, withFile, withFileAndManifest } from '../testing/forge.ts';
import {
  archiveBytes,
  sampleAnchor,
  sampleArchiveInputV2,
  sampleArchiveKeys,
  sampleArchiveSite,
  witnessName,
} from '../testing/sample-archive.ts';
import {
  archiveKey,
  checkpointSigner,
  evidenceSigner,
  ledgerOf,
  sampleSite,
  sampleTime,
  signerNamed,
} from '../testing/sample-evidence.ts';
import { numberedSalts, sampleControls, samplePage } from '../testing/sample-statements.ts';
import { filesOf, zipInOrder } from '../testing/zip-bytes.ts';
import type { Anchor, HeaderAtHeight } from '../anchor/anchor.ts';
import { anchoredUpTo } from './report.ts';
import { verifyArchive, type VerifyOptions } from './verify-archive.ts';

const pins = [evidenceSigner, checkpointSigner].map(({ publicKey }) => fingerprintOf(publicKey, sha256));
const north = 'ledger/north-clinic';
let archive: Uint8Array;
beforeAll(async () => {
  archive = await archiveBytes(sampleArchiveInputV2());
});

const verify = (bytes: Uint8Array, options: Partial<VerifyOptions> = {}) =>
  verifyArchive(bytes, { cryptography: nodeCryptography, trustedKeys: pins, ...options });
async function problemsOf(bytes: Uint8Array, options: Partial<VerifyOptions> = {}) {
  const { problems } = await verify(bytes, options);
  return problems.map(({ code, place }) => ({ code, ...place }));
}
const headersOf = (bytes: Uint8Array): HeaderAtHeight[] =>
  [...filesOf(bytes)]
    .filter(([path]) => path.includes('/anchors/'))
    .flatMap(([, text]) => (JSON.parse(Buffer.from(text).toString()) as Anchor).headers);

describe('an archive of format 2', () => {
  it.each([
    ['Node', nodeCryptography],
    ['portable', portableCryptography],
  ])('is verified with %s cryptography', async (_, cryptography) => {
    const report = await verify(archive, { cryptography });
    expect(report.problems).toEqual([]);
    expect(report.verified).toBe(true);
  });

  it('says what is anchored in which block, who witnessed it and what was kept back', async () => {
    const { sites } = await verify(archive);
    expect(sites).toMatchObject([
      { site: 'north-clinic', firstSeq: 0, entries: 8, fields: { disclosed: 21, withheld: 3 } },
      { site: 'south-clinic', firstSeq: 3, entries: 4, fields: { disclosed: 12, withheld: 0 } },
    ]);
    expect(sites[0]!.witnesses).toContainEqual({
      name: witnessName,
      size: 3,
      at: '2026-03-01T03:00:00.000Z',
      isPinned: false,
    });
    expect(sites.map(anchoredUpTo)).toMatchObject([
      { seq: 5, block: { height: 900_007, time: '2026-03-01T07:00:00.000Z', isTrusted: false } },
      { seq: 6, block: { height: 900_012 } },
    ]);
  });

  it('is the same bytes every time, and its files stand as the manifest lists them', async () => {
    expect(Buffer.from(await archiveBytes(sampleArchiveInputV2())).equals(archive)).toBe(true);
    const manifest = JSON.parse(Buffer.from(filesOf(archive).get('manifest.json')!).toString()) as {
      files: { path: string }[];
    };
    expect([...filesOf(archive).keys()]).toEqual([
      ...manifest.files.map(({ path }) => path),
      'manifest.json',
      'manifest.dsse.json',
    ]);
  });

  it('holds files of a thousand entries at most, and tells how far its verification is', async () => {
    const { site, entries, checkpoint } = sampleSite('large', 1_001);
    const sites = [{ site, entries, checkpoint: () => checkpoint }];
    const bytes = await archiveBytes(sampleArchiveInputV2({ sites }));
    expect([...filesOf(bytes).keys()]).toContain('ledger/large/entries-000001.jsonl');
    const progress: string[] = [];
    const onProgress = (done: number, all: number) => progress.push(`${done}/${all}`);
    expect(await problemsOf(bytes, { onProgress })).toEqual([]);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toBe('1001/1001');
  });

  it('lists gaps by what was to be expected', async () => {
    const expected = {
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-01T06:00:00.000Z',
      heartbeatSeconds: 3_600,
      scanSeconds: 7_200,
      toleranceSeconds: 60,
    };
    const site = sampleArchiveSite({ site: 'north-clinic', total: 4, from: 0, to: 4 });
    const bytes = await archiveBytes(sampleArchiveInputV2({ sites: [{ ...site, expected }] }));
    const { sites, problems } = await verify(bytes);
    expect(problems).toEqual([]);
    expect(sites[0]?.gaps).toMatchObject([
      { what: 'heartbeats', reason: 'undetermined', missed: 6 },
      { what: 'scans', reason: 'undetermined', missed: 2 },
    ]);
    expect((await verify(archive)).sites[0]?.gaps).toBeUndefined();
  });
});

describe('anchors', () => {
  const path = `${north}/anchors/6.json`;
  const change = (edit: (anchor: Anchor) => Anchor) => (text: string) =>
    `${canonicalJson(edit(JSON.parse(text) as Anchor))}\n`;

  it('hold against the headers the caller gives, and against no others', async () => {
    const trustedHeaders = headersOf(archive);
    const { sites, problems } = await verify(archive, { trustedHeaders });
    expect(problems).toEqual([]);
    expect(anchoredUpTo(sites[0]!)?.block.isTrusted).toBe(true);
    expect(await problemsOf(archive, { trustedHeaders: trustedHeaders.slice(0, 1) })).toContainEqual({
      code: 'anchor_invalid',
      file: path,
    });
  });

  it.each<[string, string, (anchor: Anchor) => Anchor]>([
    [
      'of another root',
      'anchor_invalid',
      (anchor) => ({ ...anchor, batch: { ...anchor.batch, root: 'ab'.repeat(32) } }),
    ],
    ['without its header', 'anchor_invalid', (anchor) => ({ ...anchor, headers: [] })],
    ['of another index', 'anchor_invalid', (anchor) => ({ ...anchor, batch: { ...anchor.batch, index: 0 } })],
    ['of no known form', 'anchor_malformed', (anchor) => ({ ...anchor, tokens: undefined as never })],
    [
      'of a checkpoint the log did not sign',
      'signature_invalid',
      (anchor) => {
        const { body } = parseCheckpoint(anchor.checkpoint)!;
        const unsigned = `${body}\n— someone ${Buffer.alloc(68).toString('base64')}\n`;
        return sampleAnchor(unsigned, 900_007, Date.UTC(2026, 2, 1));
      },
    ],
  ])('%s are named', async (_, code, edit) => {
    const problems = await problemsOf(withFileAndManifest(archive, path, change(edit)));
    expect(problems).toContainEqual({ code, file: path });
  });

  it('of another size than their name, and of another ledger, are named', async () => {
    const other = (from: string) => Buffer.from(filesOf(archive).get(from)!).toString();
    const renamed = withFile(archive, path, () => other(`${north}/anchors/2.json`));
    expect(await problemsOf(renamed)).toContainEqual({ code: 'checkpoint_size_mismatch', file: path });
    const files = filesOf(archive);
    files.set(`${north}/anchors/9.json`, files.get('ledger/south-clinic/anchors/9.json')!);
    expect(await problemsOf(zipInOrder(files))).toContainEqual({
      code: 'foreign_site',
      file: `${north}/anchors/9.json`,
    });
  });

  it('beyond the archive’s end need the proof that the ledger went on from there', async () => {
    const proof = 'ledger/south-clinic/checkpoints/9.consistency.json';
    expect(await problemsOf(withFile(archive, proof, () => undefined))).toContainEqual({
      code: 'file_missing',
      file: proof,
    });
    const altered = withFile(archive, proof, (text) => text.replace('"from":7', '"from":6'));
    expect(await problemsOf(altered)).toContainEqual({ code: 'consistency_invalid', file: proof });
  });
});

describe('checkpoints and witnesses', () => {
  const path = `${north}/checkpoints/3.txt`;

  it('a checkpoint of other entries is named with its line', async () => {
    const fork = withFile(archive, path, (text) => {
      const root = parseCheckpoint(text)!.checkpoint.root;
      return text.replace(Buffer.from(root, 'hex').toString('base64'), Buffer.alloc(32).toString('base64'));
    });
    const problems = await problemsOf(fork);
    expect(problems).toContainEqual({ code: 'checkpoint_root_mismatch', file: path, line: 3 });
    expect(problems).toContainEqual({ code: 'signature_invalid', file: path, line: 5 });
    expect(problems).toContainEqual({ code: 'cosignature_invalid', file: path, line: 5 });
  });

  it('one from before the archive’s first entry cannot be compared, and is named', async () => {
    const files = filesOf(archive);
    files.set('ledger/south-clinic/checkpoints/2.txt', files.get(path)!);
    const text = Buffer.from(files.get(path)!).toString().replace('\n3\n', '\n2\n');
    files.set('ledger/south-clinic/checkpoints/2.txt', Buffer.from(text));
    expect(await problemsOf(zipInOrder(files))).toContainEqual({
      code: 'checkpoint_size_mismatch',
      file: 'ledger/south-clinic/checkpoints/2.txt',
    });
  });

  it('a witness counts only while its key is valid', async () => {
    const keys = sampleArchiveKeys.map((key) =>
      key.purpose === 'witness' ? { ...key, revokedAt: '2026-03-01T02:00:00.000Z' } : key,
    );
    const problems = await problemsOf(await archiveBytes(sampleArchiveInputV2({ keys })));
    expect(problems).toContainEqual({ code: 'key_not_valid_then', file: path, line: 5 });
  });
});

describe('disclosures', () => {
  const path = `${north}/disclosures-000000.jsonl`;
  const onLine = (index: number, edit: (line: string) => string | undefined) =>
    lines((all) => all.flatMap((line, at) => (at === index ? (edit(line) ?? []) : line)));

  it('a changed value is named with its line and entry', async () => {
    const bytes = withFileAndManifest(
      archive,
      path,
      onLine(1, (line) => line.replace('"/host","host-1"', '"/host","host-2"')),
    );
    expect(await problemsOf(bytes)).toContainEqual({
      code: 'disclosure_invalid',
      file: path,
      line: 2,
      seq: 1,
    });
  });

  it('a line for no entry, and one that is none, are named', async () => {
    const foreign = withFileAndManifest(
      archive,
      path,
      onLine(1, (line) => line.replace('"seq":1', '"seq":99')),
    );
    expect(await problemsOf(foreign)).toContainEqual({
      code: 'disclosure_invalid',
      file: path,
      line: 2,
      seq: 99,
    });
    const broken = withFileAndManifest(
      archive,
      path,
      onLine(0, () => '{}'),
    );
    expect(await problemsOf(broken)).toContainEqual({ code: 'disclosure_malformed', file: path, line: 1 });
  });

  it('that were kept back are no problem where the signer kept them back', async () => {
    const site = sampleArchiveSite({ site: 'north-clinic', total: 3, from: 0, to: 3, withheld: [0, 1, 2] });
    const { problems, sites } = await verify(await archiveBytes(sampleArchiveInputV2({ sites: [site] })));
    expect(problems).toEqual([]);
    expect(sites[0]!.fields).toEqual({ disclosed: 0, withheld: 9 });
  });
});

describe('what an appliance saw', () => {
  const box = signerNamed('north box');
  const archiveOf = async (signers: [Signer, ...Signer[]], appliance: Partial<ArchiveKey> = {}) => {
    const page = samplePage(sampleTime(0));
    const { payload } = buildScanStatement(page, numberedSalts(), sha256);
    const { entries, head } = ledgerOf([signStatement(payload, signers)], emptyHead('north-clinic', sha256));
    const root = ledgerRoot(head, sha256);
    const note = signCheckpoint({ site: 'north-clinic', size: 1, root }, checkpointSigner, sha256);
    const key = archiveKey(box, 'appliance', { site: 'north-clinic', ...appliance });
    const keys = [...sampleArchiveKeys, key];
    const sites = [{ site: 'north-clinic', entries, checkpoint: () => note }];
    return archiveBytes(sampleArchiveInputV2({ keys, sites }));
  };
  const place = { file: `${north}/entries-000000.jsonl`, line: 1, seq: 0 };

  it('is verified with its own signature and central’s', async () => {
    expect(await problemsOf(await archiveOf([box, evidenceSigner]))).toEqual([]);
  });

  it('is named where either is missing, or the appliance is another', async () => {
    expect(await problemsOf(await archiveOf([evidenceSigner]))).toContainEqual({
      code: 'appliance_signature_missing',
      ...place,
    });
    expect(await problemsOf(await archiveOf([box]))).toContainEqual({
      code: 'countersignature_missing',
      ...place,
    });
    const foreign = await archiveOf([box, evidenceSigner], { site: 'south-clinic' });
    expect(await problemsOf(foreign)).toContainEqual({ code: 'foreign_appliance_key', ...place });
    const retired = await archiveOf([box, evidenceSigner], { retiredAt: '2026-02-01T00:00:00.000Z' });
    expect(await problemsOf(retired)).toContainEqual({ code: 'key_not_valid_then', ...place });
  });
});

describe('maps of controls', () => {
  const file = `controls/${sha256(canonicalJson(sampleControls))}.json`;
  const withControls = () => archiveBytes(sampleArchiveInputV2({ controls: () => [sampleControls] }));

  it('are under the digest that scans name, and are given to who asks', async () => {
    const maps: unknown[] = [];
    const problems = await problemsOf(await withControls(), { onControls: (map) => maps.push(map) });
    expect([problems, maps]).toEqual([[], [sampleControls]]);
  });

  it.each([
    ['another map', (text: string) => text.replace('164.312(d)', '164.312(b)')],
    ['no map', () => '[]\n'],
  ])('of which one is %s are named and given to nobody', async (_, change) => {
    const bytes = withFileAndManifest(await withControls(), file, change);
    const maps: unknown[] = [];
    expect(await problemsOf(bytes, { onControls: (map) => maps.push(map) })).toContainEqual({
      code: 'controls_invalid',
      file,
    });
    expect(maps).toEqual([]);
  });

  it('under a name that nobody reads are named', async () => {
    const files = filesOf(await withControls());
    files.set('controls/new.json', files.get(file)!);
    expect(await problemsOf(zipInOrder(files))).toContainEqual({
      code: 'file_unexpected',
      file: 'controls/new.json',
    });
  });
});

describe('files', () => {
  it('that no reader of a ledger would look at, and a gap in the files of entries, are named', async () => {
    const files = filesOf(archive);
    files.set(`${north}/notes.txt`, Buffer.from('hello'));
    files.set(`${north}/entries-000002.jsonl`, files.get(`${north}/entries-000000.jsonl`)!);
    const problems = await problemsOf(zipInOrder(files));
    expect(problems).toContainEqual({ code: 'file_unexpected', file: `${north}/notes.txt` });
    expect(problems).toContainEqual({ code: 'file_missing', file: `${north}/entries-000001.jsonl` });
  });

  it('in another order than the manifest’s are named at the byte', async () => {
    const [first, second, ...rest] = [...filesOf(archive)];
    const problems = await problemsOf(zipInOrder(new Map([second!, first!, ...rest])));
    expect(problems).toMatchObject([{ code: 'zip_altered' }, ...problems.slice(1)]);
    expect(problems[0]!.offset).toBeLessThan(40);
  });
});

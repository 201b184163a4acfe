import { execFile } from 'node:child_process';
import { copyFile, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Anchor, anchorSchema } from '../../evidence/anchor/anchor.ts';
import { writeBatchFile } from '../../evidence/anchor/batch.ts';
import { anchorPath } from '../../evidence/archive/paths.ts';
import { anchoredUpTo, type ArchiveReport, describePlace } from '../../evidence/archive/report.ts';
import { readZip } from '../../evidence/archive/read-zip.ts';
import { fileSource } from '../../evidence/node/file-source.ts';
import { openOfficialClient } from '../../stack/anchoring/official-client.ts';
import { StackError } from '../../stack/stack-error.ts';
import { defaultCacheDirectory, projectDirectory, say } from '../project.ts';
import type { AnchorParts } from './anchor-parts.ts';
import type { DemoAnchoring, DemoReport } from './report.ts';
import { mainSite, type Scene } from './scene.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/**
 * Exports the ledger as a user does once all of it is anchored, verifies it offline against the headers of the chain, has the
 * official OpenTimestamps client look at the proofs, and flips one bit in a copy.
 */
export async function proveEvidence(scene: Scene): Promise<DemoReport['evidence']> {
  const { archive, report, anchored } = await exportEvidence(scene);
  const total = (count: (site: ArchiveReport['sites'][number]) => number) =>
    report.sites.reduce((sum, site) => sum + count(site), 0);
  const entries = total((site) => site.entries);
  const stored = await until('every entry is in the object store', () => storedObjects(scene, entries));
  const copy = join(scene.dataDirectory, 'tampered.zip');
  await copyFile(archive, copy);
  await flipOneBit(copy);
  const damage = await verify(copy);
  const places = damage.problems.map(({ place }) => describePlace(place));
  return {
    entries,
    scanPages: total(({ kinds }) => kinds.scanPages),
    heartbeats: total(({ kinds }) => kinds.heartbeats),
    verified: report.verified,
    anchored,
    stored,
    tamperFound: !damage.verified,
    // The most exact of them: the file is named for its digest, the line for what is wrong in it.
    tamperPlace: places.reduce((best, place) => (place.length > best.length ? place : best), ''),
  };
}

/** What the site's summary says of its object store, once that has `entries`. */
async function storedObjects(
  { admin }: Scene,
  entries: number,
): Promise<DemoReport['evidence']['stored'] | undefined> {
  const { storage } = await admin.evidenceSummary(mainSite);
  if (storage?.level === undefined || storage.storedEntries < entries) return undefined;
  return { entries: storage.storedEntries, kind: storage.kind, level: storage.level };
}

interface Exported {
  archive: string;
  report: ArchiveReport;
  anchored: DemoReport['evidence']['anchored'];
}

async function exportEvidence(scene: Scene): Promise<Exported> {
  const { anchors } = scene;
  if ('skipped' in anchors) {
    say('Exporting the evidence and verifying it offline');
    const archive = await exportMainSite(scene);
    return { archive, report: await verify(archive), anchored: anchors };
  }
  say('Waiting until every entry leads to a block, exporting the evidence and verifying it offline');
  const look = () => exportWhenAnchored(scene, anchors);
  const { archive, report, seq, block } = await until('every entry is anchored', look, 180_000);
  say('Asking the official OpenTimestamps client about each proof');
  const officialClient = await askOfficialClient(scene, anchors, await attestedAnchors(archive, report));
  const { height, isTrusted } = block;
  return { archive, report, anchored: { entries: seq + 1, block: height, isTrusted, officialClient } };
}

async function exportMainSite({ dataDirectory }: Scene): Promise<string> {
  const archive = join(dataDirectory, 'evidence.zip');
  await rm(archive, { force: true });
  await malachor('evidence', 'export', '--site', mainSite, '--data', dataDirectory, '--out', archive);
  return archive;
}

/** An archive whose last entry is anchored; undefined where it is not yet. */
async function exportWhenAnchored(scene: Scene, anchors: AnchorParts) {
  const archive = await exportMainSite(scene);
  const file = join(scene.dataDirectory, 'headers.txt');
  const lines = (await anchors.headers()).map(({ height, header }) => `${String(height)} ${header}\n`);
  await writeFile(file, lines.join(''));
  const report = await verify(archive, '--headers', file);
  if (!report.verified) throw new Error(report.problems[0]?.message ?? 'the archive is not verified');
  const [site] = report.sites;
  const upTo = site && anchoredUpTo(site);
  if (upTo?.seq !== (site ? site.firstSeq + site.entries - 1 : 0)) return undefined;
  return { archive, report, ...upTo };
}

/** Gives each anchor to the official client, as files that it takes. Says why where it cannot be installed. */
async function askOfficialClient(
  scene: Scene,
  { bitcoin }: AnchorParts,
  anchors: readonly { name: string; anchor: Anchor }[],
): Promise<DemoAnchoring['officialClient']> {
  const home = join(scene.dataDirectory, 'official-client');
  await mkdir(home, { mode: 0o700 });
  const options = { cacheDirectory: defaultCacheDirectory(), home, node: bitcoin.address, log: say };
  const client = await openOfficialClient(options).catch((error: unknown) => {
    if (error instanceof StackError) return { skipped: error.message };
    throw error;
  });
  if ('skipped' in client) return client;
  try {
    const unconfirmed: string[] = [];
    for (const { name, anchor } of anchors) {
      const file = join(home, name);
      await writeFile(file, writeBatchFile(anchor.batch));
      await writeFile(`${file}.ots`, Buffer.from(anchor.ots, 'base64'));
      const { exitCode, stderr } = await client.ots(['verify', `${file}.ots`]);
      const isConfirmed = exitCode === 0 && /Success! Bitcoin block \d+ attests/.test(stderr);
      if (!isConfirmed) unconfirmed.push(`${name}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
    }
    return { confirmed: anchors.length - unconfirmed.length, unconfirmed };
  } finally {
    await client.stop();
  }
}

/** The anchors of the archive that reach a block. */
async function attestedAnchors(
  archive: string,
  { sites }: ArchiveReport,
): Promise<{ name: string; anchor: Anchor }[]> {
  const handle = await open(archive, 'r');
  try {
    const source = await fileSource(handle);
    const zip = await readZip(source);
    if (!zip.ok) throw new Error(`the archive cannot be read: ${zip.reason}`);
    const found: { name: string; anchor: Anchor }[] = [];
    for (const { site, anchors } of sites)
      for (const { size, attestations } of anchors) {
        const place = zip.files.get(anchorPath(site, size));
        if (!place || !attestations.some(({ kind }) => kind === 'bitcoin')) continue;
        const bytes = await source.read(place.start, place.length);
        const anchor = anchorSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
        found.push({ name: `${site}-${size}`, anchor });
      }
    return found;
  } finally {
    await handle.close();
  }
}

function malachor(...args: string[]): Promise<{ stdout: string }> {
  return run(process.execPath, [join(projectDirectory, 'cli/main.ts'), ...args], { maxBuffer: 64 << 20 });
}

/** What `malachor verify` says, of a damaged archive too. */
async function verify(archive: string, ...options: string[]): Promise<ArchiveReport> {
  const { stdout } = await malachor('verify', archive, '--json', ...options).catch(
    (error: unknown) => error as { stdout: string },
  );
  return JSON.parse(stdout) as ArchiveReport;
}

/** Flips one bit within what an entry says. */
async function flipOneBit(file: string): Promise<void> {
  const bytes = await readFile(file);
  const said = '"payload":"';
  const found = bytes.indexOf(said);
  if (found < 0) throw new Error('the archive has no entry');
  const position = found + said.length + 100;
  bytes.writeUInt8(bytes.readUInt8(position) ^ 0x01, position);
  await writeFile(file, bytes);
}

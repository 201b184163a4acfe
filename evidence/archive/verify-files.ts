import type { Cryptography } from '../signer.ts';
import { type ArchiveFiles, maxFileBytes } from './archive-files.ts';
import { crc32 } from './crc32.ts';
import { archiveFormat, type Manifest } from './manifest.ts';
import { manifestEnvelopePath, manifestPath, readControlsPath, readLedgerPath } from './paths.ts';
import type { Report } from './report.ts';
import type { ZipMember } from './zip-format.ts';

export interface FileFindings {
  /** Files that are not those the manifest was made of. */
  readonly changed: ReadonlySet<string>;
  /** What the ZIP's headers have to say of each file, in the order the files have to have. */
  readonly members: readonly ZipMember[];
}

/** Compares every file with the manifest. */
export async function verifyFiles(
  files: ArchiveFiles,
  manifest: Manifest | undefined,
  { sha256 }: Cryptography,
  report: Report,
): Promise<FileFindings> {
  const listed = new Map(manifest?.files.map((file) => [file.path, file]));
  for (const path of listed.keys()) {
    if (files.find(path)) continue;
    report('file_missing', { file: path }, 'The manifest lists this file, and it is not in the archive.');
  }
  const changed = new Set<string>();
  const members: ZipMember[] = [];
  for (const path of orderOf(files, manifest)) {
    const length = files.find(path)?.length ?? 0;
    if (length > maxFileBytes) {
      report('file_too_large', { file: path }, `The file has ${length} bytes, more than any may have.`);
      changed.add(path);
      members.push({ path, length, crc: await crcOf(files, path) });
      continue;
    }
    const bytes = (await files.read(path)) ?? new Uint8Array();
    members.push({ path, length, crc: crc32(bytes) });
    const claim = listed.get(path);
    if (claim && (claim.bytes !== length || sha256(bytes) !== claim.sha256)) {
      changed.add(path);
      report('file_changed', { file: path }, 'The file is not the one the manifest was made of.');
    }
  }
  reportUnexpected(files, manifest, report);
  return { changed, members };
}

async function crcOf(files: ArchiveFiles, path: string): Promise<number> {
  let crc = 0;
  for await (const chunk of files.chunks(path)) crc = crc32(chunk, crc);
  return crc;
}

function reportUnexpected(files: ArchiveFiles, manifest: Manifest | undefined, report: Report): void {
  if (!manifest) return;
  const expected = new Set([...manifest.files.map(({ path }) => path), manifestPath, manifestEnvelopePath]);
  for (const path of files.paths) {
    if (!expected.has(path)) {
      report('file_unexpected', { file: path }, 'The manifest does not list this file.');
    } else if (manifest.format === archiveFormat && isUnread(path)) {
      report('file_unexpected', { file: path }, 'No file has this name: nothing would read it.');
    }
  }
}

/** Whether a file stands in a folder of which format 2 reads every file, under a name that it does not. */
function isUnread(path: string): boolean {
  const ofLedger = readLedgerPath(path);
  const ofControls = readControlsPath(path);
  return (ofLedger !== undefined && !ofLedger.file) || (ofControls !== undefined && !ofControls.digest);
}

/** Format 1 sorts by path; format 2 follows the manifest, which it ends with; what neither lists is last, as found. */
function orderOf(files: ArchiveFiles, manifest: Manifest | undefined): readonly string[] {
  if (!manifest) return files.paths;
  if (manifest.format !== archiveFormat) return [...files.paths].sort();
  const listed = [...manifest.files.map(({ path }) => path), manifestPath, manifestEnvelopePath];
  const expected = new Set(listed);
  return [...listed.filter((path) => files.find(path)), ...files.paths.filter((path) => !expected.has(path))];
}

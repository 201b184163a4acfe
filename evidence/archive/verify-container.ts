import { type ArchiveFiles, chunkBytes } from './archive-files.ts';
import type { ByteSource } from './byte-source.ts';
import type { Report } from './report.ts';
import { directoryRecord, endRecord, localHeader, type ZipMember } from './zip-format.ts';

/** One stretch of the archive as it has to be. */
interface Region {
  readonly start: number;
  readonly length: number;
  /** For people, as `the ZIP header of keys.json`. */
  readonly name: string;
  /** The file it belongs to. */
  readonly path?: string;
  /** What has to stand there: these bytes, or those that stand from `copyOf` on. */
  readonly content: Uint8Array | { readonly copyOf: number };
}

/**
 * Whether the ZIP is, byte for byte, the one that `members`, in this order, have to give. That leaves no unseen byte: headers,
 * gaps, the order of files and anything after the end. Stretches of `changedFiles` are skipped: their checksums differ because
 * of a change that was already named.
 */
export async function verifyContainer(
  files: ArchiveFiles,
  members: readonly ZipMember[],
  changedFiles: ReadonlySet<string>,
  report: Report,
): Promise<void> {
  const { source } = files;
  const regions = layOut(files, members);
  const last = regions.at(-1);
  const size = last ? last.start + last.length : 0;
  if (size !== source.size) {
    const { offset, region } = await firstDifference(source, regions);
    const from = region ? `${region.name} on` : 'its end on';
    const message = `The archive has ${source.size} bytes instead of ${size}; it differs from ${from}.`;
    report('zip_altered', { offset }, message);
    return;
  }
  for (const region of regions) {
    if (region.path !== undefined && changedFiles.has(region.path)) continue;
    const offset = await differenceIn(source, region);
    if (offset === undefined) continue;
    const place = region.path === undefined ? { offset } : { file: region.path, offset };
    report('zip_altered', place, `A byte of ${region.name} was changed.`);
  }
}

function layOut(files: ArchiveFiles, members: readonly ZipMember[]): Region[] {
  const regions: Region[] = [];
  let offset = 0;
  const add = (name: string, length: number, content: Region['content'], path?: string) => {
    regions.push({ start: offset, length, name, content, ...(path === undefined ? {} : { path }) });
    offset += length;
  };
  const directory = members.map((member) => {
    const { path, length } = member;
    const record = directoryRecord(member, offset);
    const header = localHeader(member);
    add(`the ZIP header of ${path}`, header.length, header, path);
    add(`the contents of ${path}`, length, { copyOf: files.find(path)?.start ?? 0 }, path);
    return { path, record };
  });
  const directoryStart = offset;
  for (const { path, record } of directory) {
    add(`the ZIP directory record of ${path}`, record.length, record, path);
  }
  const end = endRecord(members.length, offset - directoryStart, directoryStart);
  add('the end of the ZIP directory', end.length, end);
  return regions;
}

/** The first byte of the archive that differs, and the region it should belong to; none past the last one. */
async function firstDifference(
  source: ByteSource,
  regions: readonly Region[],
): Promise<{ offset: number; region?: Region }> {
  let end = 0;
  for (const region of regions) {
    const offset = await differenceIn(source, region);
    if (offset !== undefined) return { offset, region };
    end = region.start + region.length;
  }
  return { offset: end };
}

/** The first byte of the region that is not what has to stand there; where the archive ends before, its end. */
async function differenceIn(source: ByteSource, region: Region): Promise<number | undefined> {
  const { start, length, content } = region;
  if (!(content instanceof Uint8Array) && content.copyOf === start) return undefined;
  for (let done = 0; done < length; done += chunkBytes) {
    const wanted = Math.min(chunkBytes, length - done);
    const found = await source.read(start + done, wanted);
    const expected =
      content instanceof Uint8Array
        ? content.subarray(done, done + wanted)
        : await source.read(content.copyOf + done, wanted);
    for (let index = 0; index < wanted; index++) {
      if (found[index] !== expected[index]) return start + done + index;
    }
  }
  return undefined;
}

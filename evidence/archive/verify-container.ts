import type { Report } from './report.ts';
import { type ArchiveFiles, layOutZip, type ZipLayout } from './zip.ts';

/**
 * Whether the ZIP is, byte for byte, the one this project writes for its files. That leaves no unseen byte: headers, gaps,
 * the order of files and anything after the end. Stretches of `changedFiles` are skipped: their checksums differ because
 * of a change that was already named.
 */
export function verifyContainer(
  bytes: Uint8Array,
  files: ArchiveFiles,
  changedFiles: ReadonlySet<string>,
  report: Report,
): void {
  const layout = layOutZip(files);
  if (layout.bytes.length !== bytes.length) {
    const offset = firstDifference(bytes, layout.bytes, 0, Math.min(bytes.length, layout.bytes.length));
    report(
      'zip_altered',
      { offset },
      `The archive has ${bytes.length} bytes instead of ${layout.bytes.length}; it differs from ${regionAt(layout, offset)}.`,
    );
    return;
  }
  layout.regions.forEach(({ start, name, path }, index) => {
    if (path !== undefined && changedFiles.has(path)) return;
    const end = layout.regions[index + 1]?.start ?? bytes.length;
    const offset = firstDifference(bytes, layout.bytes, start, end);
    if (offset < end)
      report(
        'zip_altered',
        { ...(path === undefined ? {} : { file: path }), offset },
        `A byte of ${name} was changed.`,
      );
  });
}

function firstDifference(left: Uint8Array, right: Uint8Array, start: number, end: number): number {
  let offset = start;
  while (offset < end && left[offset] === right[offset]) offset++;
  return offset;
}

function regionAt({ regions, bytes }: ZipLayout, offset: number): string {
  if (offset >= bytes.length) return 'its end on';
  return `${regions.findLast(({ start }) => start <= offset)?.name ?? 'its beginning'} on`;
}

import type { Anchor, HeaderAtHeight } from '../../anchor/anchor.ts';
import type { ArchiveProblem } from '../../archive/report.ts';
import { decodeUtf8 } from '../../bytes.ts';
import { filesOf, offsetsOf } from '../zip-bytes.ts';

/** A sound archive that is to be damaged. */
export interface Subject {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** In the order they stand. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Fingerprints of the keys that signed it. */
  readonly trustedKeys: readonly string[];
  /** Block headers of its anchors. */
  readonly trustedHeaders: readonly HeaderAtHeight[];
  readonly stretches: readonly Stretch[];
}

/** A file with its header, or, without a path, the directory at the end. */
export interface Stretch {
  readonly path?: string;
  readonly start: number;
  /** Where the file's contents begin. */
  readonly contents: number;
  /** Exclusive. */
  readonly end: number;
}

/** A damaged archive. */
export interface Mutant {
  /** What was done, for whoever repeats it. */
  readonly what: string;
  readonly bytes: Uint8Array;
  /** Whether the verifier named the place. */
  readonly isNamed: (problems: readonly ArchiveProblem[]) => boolean;
}

export function subjectOf(name: string, bytes: Uint8Array, trustedKeys: readonly string[]): Subject {
  const files = filesOf(bytes);
  const { files: starts, directory } = offsetsOf(files);
  const stretches = starts.map(({ path, header, contents }, index) => ({
    path,
    start: header,
    contents,
    end: starts[index + 1]?.header ?? directory,
  }));
  const end = { start: directory, contents: directory, end: bytes.length };
  const trustedHeaders = [...files]
    .filter(([path]) => path.includes('/anchors/'))
    .flatMap(([, content]) => (JSON.parse(decodeUtf8(content) ?? '') as Anchor).headers);
  return { name, bytes, files, trustedKeys, trustedHeaders, stretches: [...stretches, end] };
}

/** The stretch a byte belongs to; behind the last one, that. */
export function stretchAt({ stretches }: Subject, offset: number): Stretch {
  const stretch = stretches.findLast(({ start }) => start <= offset);
  if (!stretch) throw new RangeError(`No stretch of the archive is at ${offset}.`);
  return stretch;
}

/** Whether a problem names the file, or a byte of the stretch, its two ends included. */
export function namesStretch(problems: readonly ArchiveProblem[], { path, start, end }: Stretch): boolean {
  return problems.some(
    ({ place }) =>
      (path !== undefined && place.file === path) ||
      (place.offset !== undefined && place.offset >= start && place.offset <= end),
  );
}

/** Whether a problem names one of the files. */
export function namesFile(...paths: readonly string[]): Mutant['isNamed'] {
  return (problems) => problems.some(({ place }) => paths.some((path) => place.file === path));
}

export function siteNames({ files }: Subject): string[] {
  return [...files.keys()].flatMap((path) => /^ledger\/([^/]+)\/start\.json$/.exec(path)?.[1] ?? []);
}

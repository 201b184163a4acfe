import { z } from 'zod';
import { siteIdSchema } from '../../contracts/ids.ts';
import { maxDue } from '../completeness/expected-in.ts';
import { digestSchema } from '../digest.ts';

/** What is written now; 1 is read for ever. */
export const archiveFormat = 'malachor.dev/archive/v2';
export const archiveFormats = ['malachor.dev/archive/v1', archiveFormat] as const;
export type ArchiveFormat = (typeof archiveFormats)[number];

export const manifestPayloadType = 'application/vnd.malachor.archive-manifest+json';

const seconds = z.number().int().min(1).max(31_622_400);

/** How often heartbeats and scans were due, and in which time: what gaps are measured by. */
export const expectationSchema = z
  .strictObject({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    heartbeatSeconds: seconds,
    scanSeconds: seconds,
    scanOffsetSeconds: z.number().int().min(0).max(31_622_400).optional(),
    toleranceSeconds: z.number().int().min(0).max(31_622_400),
  })
  .refine(
    ({ from, to, scanSeconds }) => Date.parse(to) - Date.parse(from) <= scanSeconds * maxDue * 1_000,
    'more scans are due than any archive has',
  );

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** `manifest.json`: what the archive holds. Signed as it stands in `manifest.dsse.json`. */
export const manifestSchema = z
  .strictObject({
    format: z.enum(archiveFormats),
    createdAt: z.iso.datetime(),
    sites: z.array(
      z.strictObject({
        site: siteIdSchema,
        firstSeq: count,
        entries: count,
        /** Hash of the last entry. */
        headHash: digestSchema,
        /** In format 2, where it is known. */
        expected: expectationSchema.optional(),
      }),
    ),
    /** Every file but `manifest.json` and `manifest.dsse.json`: in format 1 by path, in 2 as they stand in the ZIP. */
    files: z.array(z.strictObject({ path: z.string().max(300), bytes: count, sha256: digestSchema })),
  })
  .refine(
    ({ format, files, sites }) =>
      format !== archiveFormat ||
      (isUnique(files.map(({ path }) => path)) && isUnique(sites.map(({ site }) => site))),
    'a file or site is listed twice',
  );
export type Manifest = z.output<typeof manifestSchema>;
export type ManifestSite = Manifest['sites'][number];

function isUnique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

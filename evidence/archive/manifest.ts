import { z } from 'zod';
import { siteIdSchema } from '../../contracts/ids.ts';
import { digestSchema } from '../digest.ts';

export const archiveFormat = 'malachor.dev/archive/v1';
export const manifestPayloadType = 'application/vnd.malachor.archive-manifest+json';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** `manifest.json`: what the archive holds. Signed as it stands in `manifest.dsse.json`. */
export const manifestSchema = z.strictObject({
  format: z.literal(archiveFormat),
  createdAt: z.iso.datetime(),
  sites: z.array(
    z.strictObject({
      site: siteIdSchema,
      firstSeq: count,
      entries: count,
      /** Hash of the last entry. */
      headHash: digestSchema,
    }),
  ),
  /** Every file but `manifest.json` and `manifest.dsse.json`, by path. */
  files: z.array(z.strictObject({ path: z.string().max(300), bytes: count, sha256: digestSchema })),
});
export type Manifest = z.output<typeof manifestSchema>;
export type ManifestSite = Manifest['sites'][number];

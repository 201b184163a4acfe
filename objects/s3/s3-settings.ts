import { z } from 'zod';

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Where objects go, as configuration gives it. Credentials are never part of it. */
export const s3SettingsSchema = z.strictObject({
  /** Absent: AWS itself. HTTPS, or HTTP on this machine only. */
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine((url) => url.startsWith('https:') || loopback.has(new URL(url).hostname), {
      message: 'an S3 endpoint elsewhere must be https',
    })
    .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
      message: 'credentials do not belong in the endpoint',
    })
    .optional(),
  region: z.string().regex(/^[a-z0-9-]{1,50}$/).default('us-east-1'),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'not the name of a bucket'),
  /** `https://host/bucket/key` in place of `https://bucket.host/key`; most stores other than AWS want it. */
  pathStyle: z.boolean().default(false),
  /** JSON with `accessKeyId`, `secretAccessKey` and, where there is one, `sessionToken`; mode 0600. Absent: the environment. */
  credentialsFile: z.string().min(1).optional(),
  /** Limit of one request, tries included. */
  timeoutMs: z.number().int().min(100).max(600_000).default(30_000),
});
export type S3Settings = z.output<typeof s3SettingsSchema>;

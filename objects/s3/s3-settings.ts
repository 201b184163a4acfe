import { z } from 'zod';

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether nobody else reads what goes there. */
function isPrivateLine(url: URL | null): boolean {
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.has(url.hostname));
}

/** Where objects go, as configuration gives it. Credentials are never part of it. */
export const s3SettingsSchema = z.strictObject({
  /** Absent: AWS itself. HTTPS, or HTTP on this machine only. */
  endpoint: z
    .string()
    .max(500)
    .refine((url) => isPrivateLine(URL.parse(url)), {
      message: 'an S3 endpoint is an https URL, or http on this machine',
    })
    .refine((url) => !url.includes('@'), { message: 'credentials do not belong in the endpoint' })
    .optional(),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,50}$/)
    .default('us-east-1'),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'not the name of a bucket'),
  /** `https://host/bucket/key` in place of `https://bucket.host/key`; most stores other than AWS want it. */
  pathStyle: z.boolean().default(false),
  /** JSON with `accessKeyId`, `secretAccessKey` and, where there is one, `sessionToken`; mode 0600. Absent: the environment. */
  credentialsFile: z.string().min(1).optional(),
  /** Limit of one request, tries included. */
  timeoutMs: z.number().int().min(100).max(600_000).default(30_000),
});
export type S3Settings = z.output<typeof s3SettingsSchema>;

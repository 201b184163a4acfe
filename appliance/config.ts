import { z } from 'zod';
import { hostIdSchema, siteIdSchema } from '../contracts/ids.ts';

/** An SSH host key as OpenSSH prints it: `SHA256:` and unpadded base64 of the key's digest. */
export const hostKeySchema = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'a host key is written as `ssh-keygen -lf` prints it: SHA256:…');

/** A host of the site and how the appliance gets to it. */
export const hostConfigSchema = z
  .strictObject({
    id: hostIdSchema,
    address: z.string().min(1).max(253),
    port: z.number().int().min(1).max(65_535).default(22),
    user: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, 'is not a login name'),
    /** Baseline the host is held to. */
    baseline: z.string().min(1).max(63),
    /** File (mode 0600) that holds an OpenSSH private key without a passphrase. */
    identityFile: z.string().min(1).optional(),
    /** File (mode 0600) that holds the account's password. */
    passwordFile: z.string().min(1).optional(),
    /** The pinned key. A host without one is never sent a credential. */
    hostKey: hostKeySchema.optional(),
  })
  .refine(
    (host) => (host.identityFile === undefined) !== (host.passwordFile === undefined),
    'needs either identityFile or passwordFile',
  );
export type HostConfig = z.output<typeof hostConfigSchema>;

/** An appliance: its site, its own name and its hosts. */
export const applianceConfigSchema = z
  .strictObject({
    site: siteIdSchema,
    appliance: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'is not a DNS label'),
    hosts: z.array(hostConfigSchema).max(1_000),
  })
  .refine(
    ({ hosts }) => new Set(hosts.map((host) => host.id)).size === hosts.length,
    'two hosts have the same id',
  );
export type ApplianceConfig = z.output<typeof applianceConfigSchema>;

/** The configuration is not usable; the message names the field. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads a configuration's JSON text. @throws ConfigError that names every wrong field */
export function parseApplianceConfig(text: string): ApplianceConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError('the appliance configuration is not JSON: correct it and start again', { cause });
  }
  const parsed = applianceConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`the appliance configuration is not valid\n${z.prettifyError(parsed.error)}`);
}

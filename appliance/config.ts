import { z } from 'zod';
import { applianceIdSchema, hostIdSchema, siteIdSchema } from '../contracts/ids.ts';

/** An SSH host key as OpenSSH prints it: `SHA256:` and unpadded base64 of the key's digest. */
export const hostKeySchema = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'a host key is written as `ssh-keygen -lf` prints it: SHA256:…');

/** A host that is reached by SSH, and how. */
export const sshHostConfigSchema = z
  .strictObject({
    id: hostIdSchema,
    address: z.string().min(1).max(253),
    port: z.number().int().min(1).max(65_535).default(22),
    user: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, 'is not a login name'),
    /** Baseline the host is held to. */
    baseline: z.string().min(1).max(63),
    /** File (mode 0600) that holds an OpenSSH private key. */
    identityFile: z.string().min(1).optional(),
    /** File (mode 0600) that holds the passphrase of `identityFile`, where it has one. */
    passphraseFile: z.string().min(1).optional(),
    /** File (mode 0600) that holds the account's password. */
    passwordFile: z.string().min(1).optional(),
    /** The pinned key, or several while one replaces the other. A host without one is never sent a credential. */
    hostKey: z.union([hostKeySchema, z.array(hostKeySchema).min(1).max(8)]).optional(),
    /** OpenSSH file of host keys: it pins the host where `hostKey` does not, and revokes keys in either case. */
    knownHostsFile: z.string().min(1).optional(),
    /** Id of the host of this configuration through which this one is reached. */
    jump: hostIdSchema.optional(),
    /** Whether algorithms are accepted that only old equipment needs; see `transports/ssh/algorithms.ts`. */
    legacyAlgorithms: z.boolean().optional(),
  })
  .refine(
    (host) => (host.identityFile === undefined) !== (host.passwordFile === undefined),
    'needs either identityFile or passwordFile',
  )
  .refine(
    (host) => host.passphraseFile === undefined || host.identityFile !== undefined,
    'has a passphraseFile without an identityFile',
  );
export type SshHostConfig = z.output<typeof sshHostConfigSchema>;

/** The machine that the appliance itself runs on: scripts are run by a shell of its own. */
const localHostSchema = z.strictObject({
  id: hostIdSchema,
  local: z.literal(true),
  /** Baseline the host is held to. */
  baseline: z.string().min(1).max(63),
});
export type LocalHostConfig = z.output<typeof localHostSchema>;

/** A host of the site. */
export type HostConfig = SshHostConfig | LocalHostConfig;

/** Whether the host is the appliance's own machine. */
export function isLocal(host: HostConfig): host is LocalHostConfig {
  return 'local' in host;
}

/** The hosts that are reached by SSH. */
export function sshHosts(hosts: readonly HostConfig[]): SshHostConfig[] {
  return hosts.filter((host): host is SshHostConfig => !isLocal(host));
}

const hostConfigSchema = z.unknown().transform((value, context): HostConfig => {
  // Chosen by hand, so that a mistake is told of the form that was meant, not of both.
  const isMeantLocal = typeof value === 'object' && value !== null && 'local' in value;
  const parsed = isMeantLocal ? localHostSchema.safeParse(value) : sshHostConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});

/** An appliance: its site, its own name and its hosts. */
export const applianceConfigSchema = z
  .strictObject({
    site: siteIdSchema,
    appliance: applianceIdSchema,
    hosts: z.array(hostConfigSchema).max(1_000),
  })
  .refine(
    ({ hosts }) => new Set(hosts.map((host) => host.id)).size === hosts.length,
    'two hosts have the same id',
  )
  .refine(({ hosts }) => hosts.filter(isLocal).length <= 1, 'two hosts are this machine')
  .superRefine(({ hosts }, context) => {
    for (const { id } of hosts) {
      const problem = whyNoWay(hosts, id);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    }
  });
export type ApplianceConfig = z.output<typeof applianceConfigSchema>;

/** Why the jump hosts of host `id` lead nowhere; undefined where they do or there are none. */
function whyNoWay(hosts: readonly HostConfig[], id: string): string | undefined {
  const passed = new Set<string>();
  for (let at: string | undefined = id; at !== undefined;) {
    if (passed.has(at)) return `host ${id} is reached through itself`;
    passed.add(at);
    const host = hosts.find((each) => each.id === at);
    if (host === undefined) return `host ${id} is reached through ${at}, which is not one of the hosts`;
    if (isLocal(host))
      return at === id ? undefined : `host ${id} is reached through this machine itself; leave out jump`;
    at = host.jump;
  }
  return undefined;
}

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

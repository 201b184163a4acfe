import { z } from 'zod';

const origin = z
  .string()
  .refine(
    (text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text,
    'an origin is scheme, host and port only, as http://127.0.0.1:8233',
  );

/** Settings of the API process, from its environment. */
const environmentSchema = z.object({
  /** Postgres, as the application role. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** host:port of Temporal's frontend. */
  TEMPORAL_ADDRESS: z.string().regex(/^[^\s/]+:\d{1,5}$/, 'write it as host:port'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('malachor'),
  MALACHOR_SECRETS_DIR: z.string().min(1),
  MALACHOR_API_HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port; the ready line names it. */
  MALACHOR_API_PORT: z.coerce.number().int().min(0).max(65_535).default(18_080),
  /** Origins under which people open Temporal Web, separated by commas; only their pages may decode. */
  MALACHOR_TEMPORAL_WEB_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(origin)),
  /** Directory of the catalogue; the one beside this program where it is not set. */
  MALACHOR_CATALOG_DIR: z.string().min(1).optional(),
  /** Whether callers reach the API through TLS, ended by a proxy in front of it. */
  MALACHOR_API_TLS: z.enum(['true', 'false']).default('false'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface ApiConfig {
  databaseUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  secretsDirectory: string;
  host: string;
  port: number;
  temporalWebOrigins: string[];
  isTls: boolean;
  catalogDirectory: string | undefined;
  logLevel: string;
}

/** Throws an Error that names each missing or wrong variable, and no value. */
export function parseApiConfig(environment: Record<string, string | undefined>): ApiConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`The API cannot start. Set these environment variables:\n${lines.join('\n')}`);
  }
  const settings = parsed.data;
  return {
    databaseUrl: settings.DATABASE_URL,
    temporalAddress: settings.TEMPORAL_ADDRESS,
    temporalNamespace: settings.TEMPORAL_NAMESPACE,
    secretsDirectory: settings.MALACHOR_SECRETS_DIR,
    host: settings.MALACHOR_API_HOST,
    port: settings.MALACHOR_API_PORT,
    temporalWebOrigins: settings.MALACHOR_TEMPORAL_WEB_ORIGINS,
    isTls: settings.MALACHOR_API_TLS === 'true',
    catalogDirectory: settings.MALACHOR_CATALOG_DIR,
    logLevel: settings.LOG_LEVEL,
  };
}

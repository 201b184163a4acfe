import { z } from 'zod';
import { anchoringSchema } from './anchoring.ts';
import { flag } from './flag.ts';
import { storageSchema } from './storage.ts';
import { messagesEnvironmentSchema } from '../activities/planning/create-messages-client.ts';

const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** What the worker reads of its environment. */
export const workerEnvironmentSchema = messagesEnvironmentSchema
  .extend(anchoringSchema.shape)
  .extend(storageSchema.shape)
  .extend({
    /** Connects as the application role. */
    DATABASE_URL: z.string().min(1),
    TEMPORAL_ADDRESS: z.string().regex(/^[^:]+:\d+$/, 'host:port'),
    TEMPORAL_NAMESPACE: z.string().default('malachor'),
    MALACHOR_SECRETS_DIR: z.string().min(1),
    /** The catalogue of this checkout without it. */
    MALACHOR_CATALOG_DIR: z.string().min(1).optional(),
    /** Minutes between the scans of a site; 0 means that nobody but a person starts one. */
    MALACHOR_SCAN_INTERVAL_MINUTES: z.coerce.number().min(0).default(10),
    /** Minutes between the checkpoints of a site that its witness is asked to cosign; 0 means that none is. */
    MALACHOR_WITNESS_INTERVAL_MINUTES: z.coerce.number().min(0).default(15),
    /** Whether webhooks may lead to addresses of this machine and of private networks. */
    MALACHOR_WEBHOOK_ALLOW_PRIVATE: flag('0'),
    /** Open incidents kept in memory; more are read again from their history when they move. */
    MALACHOR_WORKFLOW_CACHE: count(2_000),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  });
export type WorkerEnvironment = z.output<typeof workerEnvironmentSchema>;

/** Reads the environment; throws an error that names each wrong variable. */
export function readEnvironment(environment: NodeJS.ProcessEnv): WorkerEnvironment {
  const parsed = workerEnvironmentSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`The worker’s environment is not complete. Set ${wrong.join('; ')}`);
}

import { z } from 'zod';

const environmentSchema = z.object({
  TEMPORAL_ADDRESS: z.string().regex(/^.+:\d+$/, 'is host:port'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('malachor'),
  MALACHOR_SECRETS_DIR: z.string().min(1),
  MALACHOR_CATALOG_DIR: z.string().min(1).optional(),
  MALACHOR_APPLIANCE_CONFIG: z.string().min(1),
  MALACHOR_APPLIANCE_STATE: z.string().min(1),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});
export type ApplianceEnvironment = z.output<typeof environmentSchema>;

/** Reads the appliance's settings. @throws Error that names every missing or wrong variable */
export function parseEnvironment(env: Readonly<Record<string, string | undefined>>): ApplianceEnvironment {
  const parsed = environmentSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new Error(`set these environment variables of the appliance:\n${z.prettifyError(parsed.error)}`);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { connectClient } from '../../temporal/connect.ts';
import { createDataConverter } from '../../temporal/data-converter.ts';
import { parseMasterKeyFile } from '../../temporal/key-files.ts';
import { centralKeyring } from '../../temporal/site-keys.ts';
import { createPersistence, type Persistence } from '../../persistence/create-persistence.ts';
import type { BenchContext } from '../bench-context.ts';
import type { BenchStack } from './start-bench-stack.ts';

/** What a central process has of the stack: its Temporal client, which encrypts like all of them, and its database. */
export async function connectAsCentral(
  { keep }: BenchContext,
  stack: BenchStack,
): Promise<{ client: Client; persistence: Persistence }> {
  const master = parseMasterKeyFile(readFileSync(join(stack.secretsDirectory, 'payload-master.key'), 'utf8'));
  const client = await connectClient({
    address: stack.addresses.temporal,
    namespace: stack.addresses.namespace,
    dataConverter: createDataConverter(centralKeyring(master)),
    identity: 'bench',
  });
  keep(() => client.connection.close());
  const persistence = await createPersistence(stack.databaseUrl, { connections: 2 });
  keep(() => persistence.close());
  return { client, persistence };
}

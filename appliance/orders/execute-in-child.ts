import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { runbookSchema } from '../../contracts/catalog/runbook.ts';
import { envelopeSchema } from '../../contracts/order.ts';
import { sshHostConfigSchema } from '../config.ts';
import { SshTransport } from '../transports/ssh/ssh-transport.ts';
import { catalogOf } from './order-builder.ts';
import { OrderExecutor } from './order-executor.ts';
import { OrderJournal } from './order-journal.ts';

/** What a test gives a process of its own on standard input, so that it can be killed in the middle of an order. */
export const childInputSchema = z.object({
  journal: z.string(),
  host: sshHostConfigSchema,
  key: z.object({ keyId: z.string(), publicKey: z.string() }),
  runbook: runbookSchema,
  envelope: envelopeSchema,
});

const input = childInputSchema.parse(JSON.parse(readFileSync(0, 'utf8')));
const transport = new SshTransport({ hosts: [input.host] });
const executor = new OrderExecutor({
  site: 'main-street',
  hosts: new Set([input.host.id]),
  keys: [{ keyId: input.key.keyId, publicKey: Buffer.from(input.key.publicKey, 'base64') }],
  catalog: () => Promise.resolve(catalogOf(input.runbook)),
  transport,
  journal: new OrderJournal(input.journal),
  now: Date.now,
});
const outcome = await executor.execute(input.envelope);
process.stdout.write(JSON.stringify(outcome));
await transport.close();

import { z } from 'zod';
import { createBenchContext } from '../bench-context.ts';
import { median } from '../result.ts';
import { openScanner } from './open-scanner.ts';
import { sixtyChecks } from './sixty-checks.ts';

/**
 * A process that is nothing but the appliance's scanner, so that its memory can be told from the bench's. Reads the hosts
 * from standard input, scans them a few times, and prints what it took.
 */
const inputSchema = z.object({
  rounds: z.number().int(),
  hosts: z.array(
    z.object({
      id: z.string(),
      address: z.string(),
      port: z.number(),
      user: z.string(),
      identityFile: z.string(),
      hostKey: z.string(),
    }),
  ),
});
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const { hosts, rounds } = inputSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
const { cleanUp, ...context } = createBenchContext(() => undefined);
const scanner = await openScanner(context, hosts);
const tookMs: number[] = [];
let unread = 0;
for (let round = 0; round <= rounds; round += 1) {
  const scan = await scanner.scan(sixtyChecks);
  unread += scan.observations.filter(({ status }) => status === 'error').length;
  // The first one logs in.
  if (round > 0) tookMs.push(scan.tookMs);
}
await cleanUp();
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ tookMs: median(tookMs), maxRssBytes: maxRSS * 1024, unread }));

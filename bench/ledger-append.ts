import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapConcurrently } from '../appliance/scanner/map-concurrently.ts';
import { defaultCacheDirectory } from '../cli/project.ts';
import { sitePolicySchema } from '../contracts/site-policy.ts';
import type { Envelope } from '../contracts/order.ts';
import { createSigner, generateKeyPair } from '../evidence/node/ed25519.ts';
import { createPersistence } from '../persistence/create-persistence.ts';
import { migrate } from '../persistence/migrate.ts';
import { startPostgres } from '../stack/postgres/start-postgres.ts';
import type { BenchContext } from './bench-context.ts';
import { median, type BenchResult } from './result.ts';
import { openTessera } from './rivals/tessera.ts';

const rounds = 7;
const entriesPerRound = 5_120;
const inFlight = 256;
/** Of one entry as each side keeps it: about a healed incident's bundle. */
const entryBytes = 2_700;
const site = 'bench';

/**
 * Entries a second that one ledger takes, durable and in its tree before each is acknowledged, 256 on their way at a time,
 * over Tessera on its POSIX driver with batches of 256. Entries are as long on both sides and ready made; ours are rows of
 * the database that has everything else too, chained, with a signed checkpoint a group.
 */
export async function run(context: BenchContext): Promise<BenchResult> {
  const { say, keep } = context;
  const directory = mkdtempSync(join(tmpdir(), 'malachor-bench-ledger-'));
  keep(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  chmodSync(directory, 0o711);
  const tessera = await openTessera(context);
  const server = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    cacheDirectory: defaultCacheDirectory(),
    log: say,
  });
  keep(() => server.stop());
  await migrate(server.ownerUrl);
  const persistence = await createPersistence(server.url, {
    checkpointSigner: createSigner(generateKeyPair().privateKeyPem),
  });
  keep(() => persistence.close());
  await persistence.sites.enrolSite({ id: site, name: site, policy: sitePolicySchema.parse({}) });

  const ours = async (): Promise<number> => {
    const envelopes = Array.from({ length: entriesPerRound + inFlight }, (_, number) => envelopeOf(number));
    const append = (envelope: Envelope) =>
      persistence.ledger.append({ site, recordId: randomUUID(), envelope });
    await mapConcurrently(envelopes.splice(0, inFlight), inFlight, append);
    const startedAt = performance.now();
    await mapConcurrently(envelopes, inFlight, append);
    return performance.now() - startedAt;
  };
  const rival = (round: number): Promise<number> => {
    const log = join(directory, `tessera-${round}`);
    mkdirSync(log);
    return tessera({ directory: log, count: entriesPerRound, bytes: entryBytes, inFlight });
  };

  const oursMs: number[] = [];
  const rivalMs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const took = { ours: await ours(), rival: await rival(round) };
    // The first fills caches on both sides.
    if (round === 0) continue;
    oursMs.push(took.ours);
    rivalMs.push(took.rival);
    say(`round ${round} of ${rounds}: ours ${rate(took.ours)}, Tessera ${rate(took.rival)} entries/s`);
  }
  return {
    name: 'ledger-append',
    ratio: median(rivalMs) / median(oursMs),
    floor: 1,
    higherIsBetter: true,
    ours: rate(median(oursMs)),
    reference: rate(median(rivalMs)),
    unit: 'entries/s',
  };
}

const rate = (tookMs: number) => Math.round((entriesPerRound * 1_000) / tookMs);

const filler = randomBytes(entryBytes).toString('base64');

/** An envelope whose JSON has `entryBytes` bytes. No two are alike. */
function envelopeOf(number: number): Envelope {
  const envelope = (payload: string): Envelope => ({
    payloadType: 'application/vnd.in-toto+json',
    payload,
    signatures: [{ keyid: '0'.repeat(16), sig: `${'A'.repeat(86)}==` }],
  });
  const payload = `${number.toString(36).padStart(8, '0')}${filler}`;
  const room = entryBytes - JSON.stringify(envelope('')).length;
  return envelope(payload.slice(0, room - (room % 4)));
}

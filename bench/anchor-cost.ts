import { batchDigest, makeBatch } from '../evidence/anchor/batch.ts';
import { checkpointBody, signCheckpoint } from '../evidence/checkpoint.ts';
import { decodeHex } from '../evidence/bytes.ts';
import { appendEntry, emptyHead, ledgerRoot } from '../evidence/ledger.ts';
import { createSigner, generateKeyPair } from '../evidence/node/ed25519.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { createCalendarAnchorer } from '../activities/anchor/create-calendar-anchorer.ts';
import type { BenchContext } from './bench-context.ts';
import type { BenchResult } from './result.ts';
import { promisingCalendar } from './parts/promising-calendar.ts';

/** A day of a thousand practices: heartbeats, scans and incidents. */
const sites = 1_000;
const entriesPerSite = 5_000;
/** Entries that are really made, to know what one costs. */
const sampled = 20_000;
const calendars = ['a', 'b', 'c'].map((name) => `https://${name}.calendar.example`);
const floors = { submissionsPerMillion: 1, hashes: 40, cpuShare: 0.01 };

/**
 * What it costs to anchor a day's five million entries of a thousand practices: submissions to calendars, hashes from an entry to
 * what is stamped, and processor time over that of appending the entries. The figure is the worst over its floor.
 */
export async function run({ say }: BenchContext): Promise<BenchResult> {
  const entries = sites * entriesPerSite;
  const signer = createSigner(generateKeyPair().privateKeyPem);
  const appendMs = cpuMs(() => {
    let head = emptyHead('bench', sha256);
    for (let number = 0; number < sampled; number++) {
      const payload = Buffer.from(`${number} `.padEnd(2_000, 'x')).toString('base64');
      const signatures = [{ keyid: signer.keyId, sig: 'A'.repeat(86) }];
      head = appendEntry(
        head,
        { payloadType: 'x', payload, signatures },
        '2026-01-01T00:00:00.000Z',
        sha256,
      ).head;
      if (number % 256 === 0)
        signCheckpoint({ site: 'bench', size: head.size, root: ledgerRoot(head, sha256) }, signer, sha256);
    }
  });
  const appendAllMs = (appendMs / sampled) * entries;

  const bodies = Array.from({ length: sites }, (_, number) =>
    checkpointBody({ site: `site-${number}`, size: entriesPerSite, root: sha256(String(number)) }),
  );
  const counted = promisingCalendar();
  const anchorer = createCalendarAnchorer({
    calendars,
    minimumCalendars: 2,
    timeoutMs: 1_000,
    headers: { headerAt: () => Promise.resolve(undefined), tip: () => Promise.resolve(0) },
    fetch: counted.fetch,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    sha256,
  });
  const before = process.cpuUsage();
  const batch = makeBatch(bodies, sha256);
  const digest = decodeHex(batchDigest(batch, sha256));
  if (!digest) throw new Error('a digest is hex');
  await anchorer.stamp(digest);
  const used = process.cpuUsage(before);
  const anchorMs = (used.user + used.system) / 1_000;

  const hashes = Math.ceil(Math.log2(entriesPerSite)) + Math.max(...batch.proofs.map(({ length }) => length));
  const figures = {
    submissionsPerMillion: (counted.submissions() * 1_000_000) / entries,
    hashes,
    cpuShare: anchorMs / appendAllMs,
  };
  const shares = Object.entries(floors).map(([name, floor]) => figures[name as keyof typeof floors] / floor);
  say(
    `${figures.submissionsPerMillion.toFixed(2)} submissions a million entries (at most 1), ${hashes} hashes from an entry to what is stamped (at most 40), ${(figures.cpuShare * 100).toFixed(4)} % of the processor time of appending (at most 1)`,
  );
  return {
    name: 'anchor-cost',
    ratio: Math.max(...shares),
    floor: 1,
    higherIsBetter: false,
    ours: anchorMs,
    reference: appendAllMs,
    unit: 'ms of processor time',
    figures,
  };
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1_000;
}

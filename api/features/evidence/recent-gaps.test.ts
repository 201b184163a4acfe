import { evidenceExpectation } from '../../../contracts/evidence-intervals.ts';
import { signStatement } from '../../../evidence/bundle.ts';
import { appendEntry, emptyHead, type LedgerEntry } from '../../../evidence/ledger.ts';
import { sha256 } from '../../../evidence/node/hasher.ts';
import { buildHeartbeatStatement } from '../../../evidence/statements/heartbeat-v1.ts';
import { buildScanStatement } from '../../../evidence/statements/scan-v1.ts';
import { signerNamed } from '../../../evidence/testing/sample-evidence.ts';
import { numberedSalts, sampleHeartbeat, samplePage } from '../../../evidence/testing/sample-statements.ts';
import { RecentGaps } from './recent-gaps.ts';

const site = 'north-clinic';
const hourMs = 3_600_000;
const start = Date.UTC(2026, 2, 1);
const at = (hours: number) => new Date(start + hours * hourMs).toISOString();

/** Thirty days of an hourly heartbeat and scan, without the scans of some hours. */
function aLedger(hours: number, withoutScan: readonly number[]): LedgerEntry[] {
  const signer = signerNamed('box');
  const entries: LedgerEntry[] = [];
  let head = emptyHead(site, sha256);
  const add = (payload: Uint8Array, receivedAt: string) => {
    const step = appendEntry(head, signStatement(payload, [signer]), receivedAt, sha256);
    entries.push(step.entry);
    head = step.head;
  };
  for (let hour = 0; hour < hours; hour++) {
    add(buildHeartbeatStatement(sampleHeartbeat(hour + 1, at(hour)), sha256), at(hour));
    if (withoutScan.includes(hour)) continue;
    add(buildScanStatement(samplePage(at(hour)), numberedSalts(), sha256).payload, at(hour));
  }
  return entries;
}

function aSource(entries: readonly LedgerEntry[]) {
  let given = 0;
  return {
    read: async (_: string, fromSeq: number, limit: number) => {
      const page = entries.slice(fromSeq, fromSeq + limit);
      given += page.length;
      return page;
    },
    expectations: async () => [{ ...evidenceExpectation(at(0), 60), heartbeatSeconds: 3_600 }],
    given: () => given,
  };
}

const days = 24;
const entries = aLedger(30 * days, [5, 28 * days + 3]);
const now = start + 30 * days * hourMs;

it('names the gaps of the last seven days, and none from before', async () => {
  const found = await new RecentGaps(aSource(entries)).of(site, entries.length, now);
  expect(found).toMatchObject({
    from: at(23 * days),
    gaps: [{ what: 'scans', reason: 'silent', from: at(28 * days + 3), to: at(28 * days + 4) }],
  });
});

it('says where a clock was set back', async () => {
  const signer = signerNamed('box');
  let head = emptyHead(site, sha256);
  const made = [at(0), at(1), at(0.5)].map((madeAt, index) => {
    const beat = buildHeartbeatStatement(sampleHeartbeat(index + 1, madeAt), sha256);
    const step = appendEntry(head, signStatement(beat, [signer]), at(index), sha256);
    head = step.head;
    return step.entry;
  });
  const found = await new RecentGaps(aSource(made)).of(site, made.length, start + 3 * hourMs);
  expect(found?.anomalies).toContainEqual({ kind: 'clock_set_back', entries: [1, 2] });
});

it('reads entries of that time alone, and each once', async () => {
  const source = aSource(entries);
  const recent = new RecentGaps(source);
  const before = entries.length - 10;
  await Promise.all([recent.of(site, before, now), recent.of(site, before, now)]);
  expect(source.given()).toBeLessThan(2 * 7 * days + 20);
  const sofar = source.given();
  await recent.of(site, entries.length, now);
  expect(source.given()).toBe(sofar + 10);
});

it('tries again after a failure', async () => {
  const source = aSource(entries);
  const failing = { ...source, read: () => Promise.reject(new Error('down')) };
  const recent = new RecentGaps(failing);
  await expect(recent.of(site, entries.length, now)).rejects.toThrow('down');
  failing.read = source.read as never;
  expect((await recent.of(site, entries.length, now))?.gaps).toHaveLength(1);
});

it('says nothing where nothing is due by schedule', async () => {
  const source = { ...aSource(entries), expectations: async () => [evidenceExpectation(at(0), 0)] };
  expect(await new RecentGaps(source).of(site, entries.length, now)).toBeUndefined();
});

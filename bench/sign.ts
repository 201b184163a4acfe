import { createPrivateKey, sign as nodeSign } from 'node:crypto';
import type { Story } from '../contracts/story.ts';
import { buildStatement, type IncidentRecord, signBundle } from '../evidence/bundle.ts';
import { appendEntry, emptyHead } from '../evidence/ledger.ts';
import { createSigner, generateKeyPair } from '../evidence/node/ed25519.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { median, type BenchResult } from './result.ts';

/** Short rounds, so that whatever else the machine does falls on both sides alike. */
const rounds = 61;
const recordsPerRound = 400;
const warmUpRecords = 6_000;

/**
 * Evidence bundles built, canonicalised, signed and chained per second, over bare Ed25519 signatures of the same payloads.
 * Same key, same thread, both synchronous, rounds alternating; medians. Nothing of a bundle is prepared beforehand: each
 * record is an object as it comes out of JSON, in the key order the workflow sets.
 */
export async function run(): Promise<BenchResult> {
  const { privateKeyPem } = generateKeyPair();
  const signer = createSigner(privateKeyPem);
  const bareKey = createPrivateKey(privateKeyPem);
  const records = Array.from({ length: 500 }, (_, number) => recordOf(number));
  const payloads = records.map((record) => buildStatement(record, sha256));

  const ours = (count: number) => {
    let head = emptyHead('north-clinic', sha256);
    for (let index = 0; index < count; index++) {
      const record = records[index % records.length]!;
      head = appendEntry(head, signBundle(record, [signer], sha256), record.recordedAt, sha256).head;
    }
  };
  const reference = (count: number) => {
    for (let index = 0; index < count; index++) nodeSign(null, payloads[index % payloads.length]!, bareKey);
  };

  ours(warmUpRecords);
  reference(warmUpRecords);
  const oursRates: number[] = [];
  const referenceRates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    oursRates.push(ratePerSecond(ours));
    referenceRates.push(ratePerSecond(reference));
  }
  const oursRate = median(oursRates);
  const referenceRate = median(referenceRates);
  return {
    name: 'sign',
    ratio: oursRate / referenceRate,
    floor: 0.8,
    higherIsBetter: true,
    ours: oursRate,
    reference: referenceRate,
    unit: 'bundles/s',
  };
}

function ratePerSecond(work: (count: number) => void): number {
  const start = process.hrtime.bigint();
  work(recordsPerRound);
  return (recordsPerRound * 1e9) / Number(process.hrtime.bigint() - start);
}

/** An incident healed at L1 as its workflow reports it, through JSON as it travels; about 2 KB of canonical predicate. */
function recordOf(number: number): IncidentRecord {
  const at = (second: number) =>
    new Date(Date.UTC(2026, 2, 2, 9, 14, second) + number * 60_000).toISOString();
  const uuid = (kind: number) =>
    `5f0c0d2e-8a52-4a4b-9a3e-${String(kind).padStart(2, '0')}${String(number).padStart(10, '0')}`;
  const key = { site: 'north-clinic', host: `reception-${number % 7}`, check: 'linux.ssh.root_login' };
  const runbookDigest = 'c4'.repeat(32);
  const story: Story = {
    id: `incident/${key.site}/${key.host}/${key.check}`,
    ...key,
    title: 'Root login over SSH is allowed',
    severity: 'high',
    state: 'watching',
    tier: 'L1',
    openedAt: at(7),
    updatedAt: at(11),
    detectedAtMs: Date.parse(at(7)),
    verifiedAtMs: Date.parse(at(11)),
    observations: 1,
    latest: {
      id: uuid(1),
      ...key,
      status: 'pass',
      severity: 'high',
      os: { family: 'linux', id: 'debian', version: '12' },
      facts: { permit_root_login: 'no', sshd_active: true },
      message: 'sshd reports PermitRootLogin no.',
      observedAt: at(11),
      source: 'verify',
    },
    events: [
      { at: at(7), kind: 'observed', summary: 'sshd reports PermitRootLogin yes.' },
      { at: at(7), kind: 'matched', summary: 'L1-LIN-SSH-001 proposes RB-LIN-SSH-001.' },
      { at: at(8), kind: 'ordered', summary: 'RB-LIN-SSH-001 was ordered.' },
      { at: at(10), kind: 'executed', summary: 'RB-LIN-SSH-001 completed.' },
      { at: at(11), kind: 'verified', summary: 'linux.ssh.root_login passes.' },
    ],
    eventsDropped: 0,
    trace: [{ rule: 'L1-LIN-SSH-001', matched: true, reason: 'every condition holds' }],
    attempts: [
      {
        number: 1,
        orderId: uuid(2),
        proposal: {
          tier: 'L1',
          runbook: 'RB-LIN-SSH-001',
          parameters: {},
          by: 'L1-LIN-SSH-001',
          reason: 'Root login is closed.',
        },
        runbookDigest,
        risk: 'low',
        outcome: {
          orderId: uuid(2),
          result: 'completed',
          message: 'All scripts exited 0.',
          output: { text: 'sshd reloaded\n', bytes: 14, sha256: 'e1'.repeat(32), truncated: false },
          startedAt: at(8),
          finishedAt: at(10),
        },
        startedAt: at(8),
        endedAt: at(10),
      },
    ],
    plans: [],
    decisions: [],
    flapping: { heals: [at(11)] },
    ledgerEntries: [],
  };
  const record: IncidentRecord = {
    recordId: uuid(3),
    moment: 'healed',
    ...key,
    controls: {
      hipaa: ['164.312(a)(1)', '164.312(d)'],
      soc2: ['CC6.1'],
      pci_dss: ['2.2.6'],
      nist_csf: ['PR.AA-05'],
      cis_v8: ['5.4'],
    },
    story,
    ruleDigest: '9d'.repeat(32),
    runbookDigest,
    appliance: 'north-clinic-a',
    recordedAt: at(12),
  };
  return JSON.parse(JSON.stringify(record)) as IncidentRecord;
}

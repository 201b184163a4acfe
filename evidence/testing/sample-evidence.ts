import type { Envelope } from '../../contracts/order.ts';
import type { Story } from '../../contracts/story.ts';
import type { ArchiveInputV1 } from './create-archive-v1.ts';
import type { ArchiveKey } from '../archive/key-history.ts';
import type { SigningPurpose } from '../key-rules.ts';
import { type IncidentRecord, signBundle } from '../bundle.ts';
import { encodeBase64 } from '../bytes.ts';
import { signCheckpoint } from '../checkpoint.ts';
import { appendEntry, emptyHead, type LedgerEntry, type LedgerHead, ledgerRoot } from '../ledger.ts';
import { createSigner } from '../node/ed25519.ts';
import { sha256 } from '../node/hasher.ts';
import { keyIdOf, type Signer } from '../signer.ts';

/** Builders for tests: the same names always give the same keys, records and bytes. */

/** A signer whose key is the SHA-256 of `name`. */
export function signerNamed(name: string): Signer {
  const der = Buffer.from(`302e020100300506032b657004220420${sha256(name)}`, 'hex');
  return createSigner(`-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`);
}

export function archiveKey(
  signer: Signer,
  purpose: SigningPurpose,
  changes: Partial<ArchiveKey> = {},
): ArchiveKey {
  return {
    keyId: keyIdOf(signer.publicKey, sha256),
    publicKey: encodeBase64(signer.publicKey),
    purpose,
    notBefore: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

/** Record `number` of a site; its text has what text has: quotes, newlines, other scripts. */
export function sampleRecord(site: string, number: number): IncidentRecord {
  const at = sampleTime(number);
  const key = { site, host: `host-${number % 5}`, check: 'linux.ssh.root_login' };
  const observation = {
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    ...key,
    status: 'pass' as const,
    severity: 'high' as const,
    os: { family: 'linux' as const, id: 'debian', version: '12' },
    facts: { permit_root_login: 'no', note: 'a "quoted" line\nand é, 患者, 😀\t' },
    message: 'sshd reports PermitRootLogin no.',
    observedAt: at,
    source: 'verify' as const,
  };
  const story: Story = {
    id: `incident/${site}/${key.host}/${key.check}`,
    ...key,
    title: 'Root login over SSH is allowed',
    severity: 'high',
    state: 'watching',
    tier: 'L1',
    openedAt: at,
    updatedAt: at,
    detectedAtMs: Date.parse(at),
    observations: 1,
    latest: observation,
    events: [{ at, kind: 'verified', summary: 'linux.ssh.root_login passes.' }],
    eventsDropped: 0,
    trace: [],
    attempts: [],
    plans: [],
    decisions: [],
    flapping: { heals: [at] },
    ledgerEntries: [],
  };
  return {
    recordId: `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`,
    moment: 'healed',
    ...key,
    controls: {
      hipaa: ['164.312(d)'],
      soc2: ['CC6.1'],
      pci_dss: ['2.2.6'],
      nist_csf: ['PR.AA-05'],
      cis_v8: ['5.4'],
    },
    story,
    ruleDigest: sha256('rule'),
    appliance: `${site}-a`,
    recordedAt: at,
  };
}

export function sampleTime(number: number): string {
  return new Date(Date.UTC(2026, 2, 1) + number * 3_600_000).toISOString();
}

/** A ledger of `envelopes`, one an hour, continued from `start`. */
export function ledgerOf(
  envelopes: readonly Envelope[],
  start: LedgerHead,
): { entries: LedgerEntry[]; head: LedgerHead } {
  let head = start;
  const entries = envelopes.map((envelope) => {
    const appended = appendEntry(head, envelope, sampleTime(head.size), sha256);
    head = appended.head;
    return appended.entry;
  });
  return { entries, head };
}

export const evidenceSigner = signerNamed('evidence');
export const checkpointSigner = signerNamed('checkpoint');

/** A site of an archive: `count` entries after the first `skipped`, with its checkpoint. */
export function sampleSite(site: string, count: number, skipped = 0, signer = evidenceSigner) {
  const envelopes = Array.from({ length: skipped + count }, (_, number) =>
    signBundle(sampleRecord(site, number), [signer], sha256),
  );
  const start = ledgerOf(envelopes.slice(0, skipped), emptyHead(site, sha256)).head;
  const { entries, head } = ledgerOf(envelopes.slice(skipped), start);
  const root = ledgerRoot(head, sha256);
  const checkpoint = signCheckpoint({ site, size: head.size, root }, checkpointSigner, sha256);
  return { site, start, entries, head, checkpoint };
}

export const sampleKeys = [
  archiveKey(evidenceSigner, 'evidence'),
  archiveKey(checkpointSigner, 'checkpoint'),
];

/** Two sites, twelve entries; the second site's export begins in the middle of its ledger. */
export function sampleArchiveInput(): ArchiveInputV1 {
  return {
    createdAt: '2026-04-01T00:00:00.000Z',
    keys: sampleKeys,
    sites: [sampleSite('north-clinic', 8), sampleSite('south-clinic', 4, 3)],
  };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Envelope } from '../../contracts/order.ts';
import { bundlePayloadType, readStatement } from '../bundle.ts';
import { decodeUtf8, encodeUtf8 } from '../bytes.ts';
import { canonicalJson } from '../canonical-json.ts';
import { verifyEnvelope } from '../dsse.ts';
import { nodeCryptography, verifyEd25519 } from '../node/ed25519.ts';
import { sha256 } from '../node/hasher.ts';
import { portableCryptography } from '../portable/cryptography.ts';
import { evidenceSigner, sampleRecord } from '../testing/sample-evidence.ts';
import { numberedSalts, sampleHeartbeat, samplePage } from '../testing/sample-statements.ts';
import { effectiveTime } from './effective-time.ts';
import { buildHeartbeatStatement } from './heartbeat-v1.ts';
import { buildIncidentV2Statement } from './incident-v2.ts';
import { buildScanStatement, factsDigest } from './scan-v1.ts';

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden-bundles.json'), 'utf8')) as {
  type: string;
  envelope: Envelope;
}[];

const at = '2026-03-01T10:00:00.000Z';
const payloads = {
  'incident/v2': () =>
    buildIncidentV2Statement(sampleRecord('north-clinic', 1), numberedSalts(), sha256).payload,
  'scan/v1': () => buildScanStatement(samplePage(at), numberedSalts(), sha256).payload,
  'heartbeat/v1': () => buildHeartbeatStatement(sampleHeartbeat(7, at), sha256),
};

interface Draft {
  predicateType: string;
  predicate: Record<string, unknown>;
  subject: { name: string }[];
}
const changed = (payload: Uint8Array, change: (statement: Draft) => void): Uint8Array => {
  const statement = JSON.parse(decodeUtf8(payload) ?? '') as Draft;
  change(statement);
  return encodeUtf8(canonicalJson(statement));
};

describe.each(Object.entries(payloads))('a statement of %s', (type, build) => {
  const payload = build();

  it('is canonical JSON that reads back, its subject the whole predicate', () => {
    const text = decodeUtf8(payload) ?? '';
    expect(text).toBe(canonicalJson(JSON.parse(text)));
    const reading = readStatement(payload, sha256);
    if (!reading.ok) throw new Error(reading.reason);
    const { statement } = reading;
    expect(statement.predicateType).toBe(`https://malachor.dev/evidence/${type}`);
    expect(statement.subject).toEqual([
      {
        name: (statement.predicate as { recordId: string }).recordId,
        digest: { sha256: sha256(canonicalJson(statement.predicate)) },
      },
    ]);
    expect(Date.parse(effectiveTime(statement))).toBeGreaterThan(0);
  });

  it.each<[string, (statement: Draft) => unknown, string]>([
    ['another appliance', (s) => (s.predicate['appliance'] = 'other'), 'subject_mismatch'],
    ['another subject name', (s) => (s.subject[0]!.name = 'x'), 'subject_mismatch'],
    ['a member more', (s) => (s.predicate['extra'] = 1), 'bundle_malformed'],
    ['a member less', (s) => delete s.predicate['appliance'], 'bundle_malformed'],
    ['an unknown predicate type', (s) => (s.predicateType += '0'), 'bundle_malformed'],
    ['a second subject', (s) => s.subject.push(s.subject[0]!), 'bundle_malformed'],
  ])('is refused with %s', (_, change, code) => {
    expect(readStatement(changed(payload, change), sha256)).toMatchObject({ ok: false, code });
  });

  it('is refused where it is not canonical', () => {
    const text = decodeUtf8(payload) ?? '';
    for (const other of [`${text}\n`, text.replace(':', ': '), text.replace('{', '{"_type":"x",')])
      expect(readStatement(encodeUtf8(other), sha256)).toMatchObject({ ok: false, code: 'bundle_malformed' });
  });
});

it('no statement names a host, a person or an address', () => {
  const record = sampleRecord('north-clinic', 1);
  for (const [type, build] of Object.entries(payloads)) {
    const text = decodeUtf8(build()) ?? '';
    for (const name of [record.host, 'reception-pc', 'ehr-server'])
      expect([type, text.includes(name)]).toEqual([type, false]);
  }
});

it('a scan says nothing about facts to who does not know the salt, and everything to who does', () => {
  const page = samplePage(at);
  const salt = page.hosts[0]!.factsSalt;
  const { facts } = page.hosts[0]!.checks['linux.ssh.root_login']!;
  expect(factsDigest(salt, 'linux.ssh.root_login', { value: 'no' }, sha256)).toBe(facts);
  expect(factsDigest(salt, 'linux.ssh.root_login', { value: 'yes' }, sha256)).not.toBe(facts);
  expect(factsDigest(salt, 'linux.disk.encryption', { value: 'no' }, sha256)).not.toBe(facts);
  expect(factsDigest('0'.repeat(32), 'linux.ssh.root_login', { value: 'no' }, sha256)).not.toBe(facts);
  expect(decodeUtf8(buildScanStatement(page, numberedSalts(), sha256).payload)).not.toContain(salt);
});

it('a page that has a host twice is not signed', () => {
  const page = samplePage(at);
  expect(() =>
    buildScanStatement({ ...page, hosts: [...page.hosts, page.hosts[0]!] }, numberedSalts(), sha256),
  ).toThrow('a host stands twice');
});

describe('golden bundles', () => {
  it.each(golden)('of $type verify for ever, in Node and elsewhere', async ({ type, envelope }) => {
    for (const { sha256: hash, verifyEd25519: verify } of [nodeCryptography, portableCryptography]) {
      const verdict = await verifyEnvelope(envelope, [evidenceSigner], verify);
      if (verdict.code !== 'read') throw new Error(verdict.reason);
      expect(verdict).toMatchObject({ ok: true, payloadType: bundlePayloadType });
      expect(readStatement(verdict.payload, hash)).toMatchObject({
        ok: true,
        statement: { predicateType: `https://malachor.dev/evidence/${type}` },
      });
    }
  });

  it('do not verify with one bit of the payload changed', async () => {
    for (const { envelope } of golden) {
      const payload = Buffer.from(envelope.payload, 'base64');
      payload.writeUInt8(payload.readUInt8(payload.length >> 1) ^ 1, payload.length >> 1);
      const forged = { ...envelope, payload: payload.toString('base64') };
      expect(await verifyEnvelope(forged, [evidenceSigner], verifyEd25519)).toMatchObject({ ok: false });
    }
  });
});

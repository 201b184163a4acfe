import { readStatement } from '../bundle.ts';
import { canonicalJson } from '../canonical-json.ts';
import { commitFields } from '../disclosure/commit-fields.ts';
import { commitmentOf, type Disclosure } from '../disclosure/commitment.ts';
import { sha256 } from '../node/hasher.ts';
import { sampleRecord } from '../testing/sample-evidence.ts';
import { numberedSalts, sampleHeartbeat, samplePage } from '../testing/sample-statements.ts';
import { buildHeartbeatStatement } from './heartbeat-v1.ts';
import { buildStatement } from './incident-v1.ts';
import { buildIncidentV2Statement } from './incident-v2.ts';
import { writeStatement } from './in-toto.ts';
import { openStatement } from './open-statement.ts';
import { buildScanStatement, scanDeclaration, scanPredicateType, type ScanPage } from './scan-v1.ts';

const at = '2026-03-01T10:00:00.000Z';
const read = (payload: Uint8Array) => {
  const reading = readStatement(payload, sha256);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.statement;
};

describe('an opened statement', () => {
  it('is the very record that was signed', () => {
    const record = sampleRecord('north-clinic', 1);
    const page = samplePage(at);
    const incident = buildIncidentV2Statement(record, numberedSalts(), sha256);
    const scan = buildScanStatement(page, numberedSalts(), sha256);
    for (const [built, original] of [
      [incident, record],
      [scan, page],
    ] as const) {
      const opened = openStatement(read(built.payload), built.disclosures, sha256);
      expect(opened).toMatchObject({ ok: true, withheld: [] });
      expect(canonicalJson(opened.predicate)).toBe(canonicalJson(original));
    }
  });

  it('that hides nothing opens with no disclosures, and takes none', () => {
    const record = sampleRecord('north-clinic', 1);
    for (const payload of [
      buildStatement(record, sha256),
      buildHeartbeatStatement(sampleHeartbeat(1, at), sha256),
    ]) {
      const statement = read(payload);
      expect(openStatement(statement, [], sha256)).toMatchObject({
        ok: true,
        predicate: statement.predicate,
      });
      const stray = [['0'.repeat(32), '/host', 'x']];
      expect(openStatement(statement, stray, sha256)).toMatchObject({
        ok: false,
        problems: [{ code: 'disclosure_unplaced' }],
      });
    }
  });

  it.each([
    ['a name that no host has', 'Not A Host'],
    ['the name of another host of the page', 'reception-pc'],
    ['no name', 7],
  ])('is refused where the signer committed to %s', (_, name) => {
    const { committed, disclosures } = commitFields(samplePage(at), scanDeclaration, numberedSalts(), sha256);
    const path = '/hosts/1/host';
    const forged: Disclosure = ['0'.repeat(32), path, name];
    const page = committed as ScanPage;
    const hosts = page.hosts.map((host, index) =>
      index === 1 ? { ...host, host: commitmentOf(forged, sha256) } : host,
    );
    const statement = read(writeStatement(scanPredicateType, { ...page, ...{ hosts } }, sha256));
    const shown = [...disclosures.filter(([, place]) => place !== path), forged];
    expect(openStatement(statement, shown, sha256)).toMatchObject({
      ok: false,
      problems: [{ code: 'content_unfit' }],
    });
  });

  it('says what was kept back', () => {
    const { payload, disclosures } = buildScanStatement(samplePage(at), numberedSalts(), sha256);
    const shown = disclosures.filter(([, path]) => path !== '/hosts/1/host');
    expect(openStatement(read(payload), shown, sha256)).toMatchObject({
      ok: true,
      withheld: ['/hosts/1/host'],
    });
  });
});

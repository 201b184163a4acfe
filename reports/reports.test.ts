import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { frameworks } from '../contracts/controls.ts';
import type { LedgerEntry } from '../evidence/ledger.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { buildStatement, type IncidentRecord } from '../evidence/statements/incident-v1.ts';
import { readStatement, type Statement } from '../evidence/statements/read-statement.ts';
import { buildScanStatement } from '../evidence/statements/scan-v1.ts';
import { sampleRecord, sampleTime } from '../evidence/testing/sample-evidence.ts';
import { numberedSalts, sampleControls, samplePage } from '../evidence/testing/sample-statements.ts';
import type { AssessmentReport } from './assessment.ts';
import { AssessmentBuilder } from './assessment-builder.ts';
import { csvRow, EntriesCsv } from './entries-csv.ts';
import { oscalAssessmentResults, tokenOf } from './oscal.ts';
import { pdfReport } from './pdf-report.ts';
import { textOfPdf } from './testing/pdf-text.ts';

const check = 'linux.ssh.root_login';
const disk = 'linux.disk.encryption';

function statementOf(payload: Uint8Array): Statement {
  const reading = readStatement(payload, sha256);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.statement;
}
function entryOf(seq: number): LedgerEntry {
  const envelope = { payloadType: 'x', payload: '', signatures: [] };
  return { seq, previousHash: '', entryHash: sha256(String(seq)), envelope, recordedAt: sampleTime(seq) };
}
function record(
  number: number,
  host: string,
  changes: Partial<IncidentRecord>,
  story: object = {},
): Statement {
  const made = sampleRecord('north-clinic', number);
  const all = { ...made, host, ...changes };
  const latest = { ...made.story.latest, host, check: all.check };
  const told = { ...made.story, host, check: all.check, latest, ...story };
  return statementOf(buildStatement({ ...all, story: told }, sha256));
}

/** A scan in which all is well, a healed and an escalated incident, and a risk that two people accept. */
function assess(): { report: AssessmentReport; csv: EntriesCsv } {
  const builder = new AssessmentBuilder();
  const csv = new EntriesCsv();
  const take = (seq: number, statement: Statement, disclosed?: ReadonlyMap<string, unknown>) => {
    builder.take(entryOf(seq), statement, disclosed);
    csv.take(entryOf(seq), statement, disclosed);
  };
  const scan = buildScanStatement(samplePage(sampleTime(0)), numberedSalts(), sha256);
  take(0, statementOf(scan.payload), new Map(scan.disclosures.map(([, path, value]) => [path, value])));
  take(1, record(1, 'db-1', { moment: 'healed' }));
  const failing = { ...sampleRecord('north-clinic', 2).story.latest, host: 'db-2', check, status: 'fail' };
  take(2, record(2, 'db-2', { moment: 'escalated' }, { title: '=cmd|x', latest: failing }));
  const risky = { ...failing, host: 'db-3', check: disk };
  const signer = (name: string) => ({ actor: { name } });
  const acceptedRisk = {
    acceptedAt: sampleTime(3),
    expiresAt: '2026-12-31T00:00:00.000Z',
    signers: [signer('Ada'), signer('Grace')],
  };
  const controls = sampleControls[disk]!;
  take(
    3,
    record(3, 'db-3', { moment: 'risk_accepted', check: disk, controls }, { latest: risky, acceptedRisk }),
  );
  const report = builder.build({
    site: 'north-clinic',
    createdAt: '2026-04-01T00:00:00.000Z',
    firstSeq: 0,
    keys: [{ purpose: 'evidence', fingerprint: 'ab'.repeat(32) }],
    gaps: [
      {
        what: 'scans',
        reason: 'appliance_down',
        from: sampleTime(4),
        to: sampleTime(6),
        missed: 2,
        entries: [3],
      },
    ],
    anchored: { seq: 2, height: 900_000, time: sampleTime(4) },
    controls: sampleControls,
  });
  return { report, csv };
}

describe('the assessment', () => {
  it('judges each control by the last finding of its checks', () => {
    const { controls, counts, acceptedRisks, findings } = assess().report;
    expect(counts).toEqual({ incidents: 3, scans: 1, heartbeats: 0 });
    const hipaa = controls.filter(({ framework }) => framework === 'hipaa');
    expect(hipaa).toMatchObject([
      { control: '164.312(a)(2)(iv)', status: 'accepted_risk', failing: 0, accepted: 1 },
      { control: '164.312(d)', status: 'not_met', failing: 1 },
    ]);
    expect(new Set(controls.map(({ framework }) => framework))).toEqual(new Set(frameworks));
    expect(acceptedRisks).toMatchObject([{ host: 'db-3', check: disk, signers: ['Ada', 'Grace'], seq: 3 }]);
    expect(findings.find(({ host }) => host === 'db-2')).toMatchObject({ status: 'fail', seq: 2 });
  });

  it('counts an accepted risk no longer when its time is over', () => {
    const builder = new AssessmentBuilder();
    const latest = { ...sampleRecord('north-clinic', 1).story.latest, host: 'db-3', check, status: 'fail' };
    const acceptedRisk = { acceptedAt: sampleTime(1), expiresAt: sampleTime(2), signers: [] };
    builder.take(entryOf(1), record(1, 'db-3', { moment: 'risk_accepted' }, { latest, acceptedRisk }));
    const report = builder.build({ site: 'north-clinic', createdAt: sampleTime(9), firstSeq: 1, keys: [] });
    expect(report.controls.every(({ status }) => status === 'not_met')).toBe(true);
  });
});

describe('the report for an auditor', () => {
  it('has a cover, scope, method, results, exceptions, accepted risks, gaps and how to verify', async () => {
    const text = textOfPdf(await pdfReport(assess().report, 'hipaa'));
    for (const part of [
      'Compliance report',
      'HIPAA Security Rule',
      'north-clinic',
      'Scope',
      'Method',
      'Results by control',
      '164.312(a)(2)(iv)',
      'accepted risk',
      '164.312(d)',
      'NOT MET',
      'Exceptions',
      'db-2',
      'Accepted risks',
      'Ada, Grace',
      'Gaps',
      'appliance down',
      'How to verify',
      'ab'.repeat(32),
      'Bitcoin block 900000',
    ]) {
      expect(text).toContain(part);
    }
  });

  it.each(frameworks)('of %s is the same bytes for the same input, and a PDF', async (framework) => {
    const [one, two] = [
      await pdfReport(assess().report, framework),
      await pdfReport(assess().report, framework),
    ];
    expect(Buffer.from(one).equals(two)).toBe(true);
    expect(Buffer.from(one.subarray(0, 5)).toString()).toBe('%PDF-');
  });

  it('goes on over many pages, with the table’s head on each', async () => {
    const { report } = assess();
    const [finding] = report.findings.filter(({ status }) => status === 'fail');
    const findings = Array.from({ length: 200 }, (_, number) => ({ ...finding!, host: `host-${number}` }));
    const text = textOfPdf(await pdfReport({ ...report, findings }, 'soc2'));
    expect(text.match(/Incident/g)!.length).toBeGreaterThan(3);
    expect(text).toContain('host-199');
  });
});

describe('OSCAL assessment results', () => {
  const schema = JSON.parse(
    readFileSync('test/oscal/testdata/oscal-assessment-results-1.1.3.schema.json', 'utf8'),
  ) as object;
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: true });
  addFormats.default(ajv);
  const isValid = ajv.compile(schema);

  it('are valid against the official schema, with and without results', () => {
    const { report } = assess();
    for (const each of [report, { ...report, controls: [], findings: [], acceptedRisks: [] }]) {
      const json = JSON.parse(Buffer.from(oscalAssessmentResults(each)).toString()) as object;
      isValid(json);
      expect(isValid.errors).toBeNull();
    }
    const wrong = JSON.parse(Buffer.from(oscalAssessmentResults(report)).toString()) as {
      'assessment-results': { uuid: string };
    };
    wrong['assessment-results'].uuid = 'none';
    expect(isValid(wrong)).toBe(false);
  });

  it('name controls by tokens, and each finding leads to observations that are there', () => {
    expect(tokenOf('hipaa', '164.312(a)(2)(iv)')).toBe('hipaa-164.312.a.2.iv');
    const { results } = (
      JSON.parse(Buffer.from(oscalAssessmentResults(assess().report)).toString()) as {
        'assessment-results': {
          results: {
            observations: { uuid: string }[];
            findings: { 'related-observations': { 'observation-uuid': string }[] }[];
          }[];
        };
      }
    )['assessment-results'];
    expect(results).toHaveLength(5);
    for (const { observations, findings } of results) {
      const known = new Set(observations.map(({ uuid }) => uuid));
      const related = findings.flatMap((finding) => finding['related-observations']);
      expect(related.length).toBeGreaterThan(0);
      expect(related.every((one) => known.has(one['observation-uuid']))).toBe(true);
    }
  });

  it('are the same bytes for the same report', () => {
    expect(oscalAssessmentResults(assess().report)).toEqual(oscalAssessmentResults(assess().report));
  });
});

describe('entries.csv', () => {
  it('has a row an entry, and no cell that a spreadsheet takes for a formula', () => {
    const rows = Buffer.from(assess().csv.bytes()).toString().split('\r\n');
    expect(rows).toHaveLength(6);
    expect(rows[3]).toContain(",escalated,db-2,linux.ssh.root_login,high,'=cmd|x,164.312(d),");
    expect(rows[1]).toMatch(/^north-clinic,0,2026-03-01T00:00:00.000Z,scan,,,/);
  });

  it('quotes what RFC 4180 wants quoted', () => {
    expect(csvRow(['a,b', 'say "x"', 'two\nlines', '-1', '@x', 'plain'])).toBe(
      `"a,b","say ""x""","two\nlines",'-1,'@x,plain\r\n`,
    );
  });
});

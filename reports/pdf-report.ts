import PDFDocument from 'pdfkit';
import type { Framework } from '../contracts/controls.ts';
import type { AssessmentReport, ControlStatus, Finding } from './assessment.ts';
import { frameworkNames } from './frameworks.ts';
import { PdfPage } from './pdf-page.ts';

const statusWords: Record<ControlStatus, string> = {
  met: 'met',
  not_met: 'NOT MET',
  accepted_risk: 'accepted risk',
  not_judged: 'not judged',
};

/**
 * `report-<framework>.pdf`: the assessment for an auditor, on A4. The same report gives the same bytes: dates and ids come from it.
 */
export function pdfReport(report: AssessmentReport, framework: Framework): Promise<Uint8Array> {
  const made = new Date(report.createdAt);
  const title = `${frameworkNames[framework]}: ${report.site}`;
  const document = new PDFDocument({
    size: 'A4',
    margin: 56,
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Author: 'Malachor', CreationDate: made, ModDate: made },
  });
  const parts: Uint8Array[] = [];
  const finished = new Promise<Uint8Array>((resolve, reject) => {
    document.on('data', (part: Uint8Array) => parts.push(part));
    document.on('end', () => {
      resolve(Buffer.concat(parts));
    });
    document.on('error', reject);
  });
  const page = new PdfPage(document);
  writeCover(page, report, framework);
  writeScope(page, report, framework);
  writeMethod(page);
  writeResults(page, report, framework);
  writeExceptions(page, report, framework);
  writeGaps(page, report);
  writeHowToVerify(page, report);
  page.number(title);
  document.end();
  return finished;
}

function writeCover(page: PdfPage, report: AssessmentReport, framework: Framework): void {
  const results = report.controls.filter((result) => result.framework === framework);
  const count = (status: ControlStatus) => results.filter((result) => result.status === status).length;
  page.title('Compliance report', frameworkNames[framework]);
  page.facts([
    ['Site', report.site],
    ['Period', report.from && report.to ? `${report.from} to ${report.to}` : 'no entries'],
    ['Made', report.createdAt],
    ['Evidence', `${report.entries} signed entries from number ${report.firstSeq}`],
    ['Controls with results', String(results.length)],
    ['Met', String(count('met'))],
    ['Not met', String(count('not_met'))],
    ['Accepted risk', String(count('accepted_risk'))],
    ['Not judged', String(count('not_judged'))],
  ]);
  page.paragraph(
    'This report is made from the evidence in the archive it came with. It is a summary for reading: what counts is the evidence, which anyone can verify without trusting us.',
  );
  page.break();
}

function findingsOf(report: AssessmentReport, framework: Framework): Finding[] {
  return report.findings.filter(({ controls }) => (controls?.[framework].length ?? 0) > 0);
}

function writeScope(page: PdfPage, report: AssessmentReport, framework: Framework): void {
  const findings = findingsOf(report, framework);
  const { incidents, scans, heartbeats } = report.counts;
  const hosts = [...new Set(findings.map(({ host }) => host))].sort();
  page.heading('Scope');
  page.paragraph(
    `Site ${report.site}: ${hosts.length} hosts, ${new Set(findings.map(({ check }) => check)).size} checks that stand for controls of this framework. On record are ${incidents} incident records, ${scans} scan pages and ${heartbeats} heartbeats.`,
  );
  page.paragraph(`Hosts: ${hosts.join(', ') || 'none'}.`);
  page.paragraph(
    'Not in scope: controls that no technical check stands for, among them policies, training, contracts and physical security.',
  );
}

function writeMethod(page: PdfPage): void {
  page.heading('Method');
  for (const text of [
    'An appliance at the site reads every host by schedule and judges each check by the facts it finds. What drifts becomes an incident: it is healed by a tested runbook, or a person decides. Each of these is put on record, signed, and chained into the ledger of the site.',
    'A control counts as met when the last finding of each of its checks passes on every host. It is not met when one fails. A risk that two people accepted counts as accepted until its time is over. A check that could not be carried out or judged says nothing, and its control is not judged.',
    'The number beside a finding is that of the ledger entry which says so.',
  ]) {
    page.paragraph(text);
  }
}

function writeResults(page: PdfPage, report: AssessmentReport, framework: Framework): void {
  page.heading('Results by control');
  const results = report.controls.filter((result) => result.framework === framework);
  if (results.length === 0) page.paragraph('No control of this framework has a result in this period.');
  else {
    page.table(
      ['Control', 'Result', 'Pass', 'Fail', 'Accepted', 'Not judged', 'Checks'],
      [90, 70, 36, 36, 52, 58, 141],
      results.map(({ control, status, passing, failing, accepted, notJudged, checks }) => [
        control,
        statusWords[status],
        String(passing),
        String(failing),
        String(accepted),
        String(notJudged),
        checks.join(', '),
      ]),
    );
  }
}

function writeExceptions(page: PdfPage, report: AssessmentReport, framework: Framework): void {
  const findings = findingsOf(report, framework);
  const exceptions = findings.filter(({ status }) => status !== 'pass');
  page.heading('Exceptions');
  if (exceptions.length === 0) page.paragraph('None: the last finding of every check passes.');
  else {
    page.table(
      ['Check', 'Host', 'Found', 'Since', 'Incident', 'Entry'],
      [120, 80, 48, 105, 95, 35],
      exceptions.map(({ check, host, status, observedAt, incident, seq }) => [
        check,
        host,
        status,
        observedAt,
        incident ? `${incident.moment}, ${incident.severity}` : '-',
        String(seq),
      ]),
    );
  }
  page.heading('Accepted risks');
  const ids = new Set(findings.map(({ check }) => check));
  const risks = report.acceptedRisks.filter(({ check }) => ids.has(check));
  if (risks.length === 0) page.paragraph('None.');
  else {
    page.table(
      ['Check', 'Host', 'Accepted', 'Until', 'By', 'Entry'],
      [110, 70, 100, 100, 68, 35],
      risks.map(({ check, host, acceptedAt, expiresAt, signers, seq }) => [
        check,
        host,
        acceptedAt,
        expiresAt,
        signers.join(', '),
        String(seq),
      ]),
    );
  }
}

function writeGaps(page: PdfPage, { gaps }: AssessmentReport): void {
  page.heading('Gaps');
  if (!gaps) {
    page.paragraph('How often records were due is not known, so times without records are not listed.');
  } else if (gaps.length === 0) {
    page.paragraph('None: every heartbeat and every scan that was due is on record.');
  } else {
    page.table(
      ['What', 'From', 'To', 'Missing', 'Why'],
      [70, 125, 125, 50, 113],
      gaps.map(({ what, from, to, missed, reason }) => [
        what,
        from,
        to,
        String(missed),
        reason.replaceAll('_', ' '),
      ]),
    );
  }
}

function writeHowToVerify(page: PdfPage, report: AssessmentReport): void {
  page.heading('How to verify');
  page.paragraph(
    'Open verify.html of the archive in a browser, without a network, and give it the archive; or run: malachor verify ARCHIVE --key FINGERPRINT. README.txt of the archive says how to do it with other tools. Compare these fingerprints (SHA-256 of the public keys) with ones that you got another way:',
  );
  page.facts(report.keys.map(({ purpose, fingerprint }) => [purpose, fingerprint]));
  page.paragraph(
    report.anchored
      ? `Entries up to number ${report.anchored.seq} are anchored in Bitcoin block ${report.anchored.height} of ${report.anchored.time}.`
      : 'No entry of this period is anchored in a Bitcoin block yet.',
  );
}

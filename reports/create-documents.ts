import { frameworks } from '../contracts/controls.ts';
import type { ArchiveDocument } from '../evidence/archive/write-archive.ts';
import { buildVerifyPage } from '../evidence/node/build-verify-page.ts';
import type { AssessmentReport } from './assessment.ts';
import type { EntriesCsv } from './entries-csv.ts';
import { gapsCsv } from './gaps-csv.ts';
import { oscalAssessmentResults } from './oscal.ts';
import { pdfReport } from './pdf-report.ts';

/** What goes into every archive of one site beside its ledger. */
export async function* createDocuments(
  report: AssessmentReport,
  csv: EntriesCsv,
): AsyncGenerator<ArchiveDocument> {
  yield { path: 'verify.html', bytes: await buildVerifyPage() };
  for (const framework of frameworks) {
    yield { path: `report-${framework}.pdf`, bytes: await pdfReport(report, framework) };
  }
  yield { path: 'oscal-assessment-results.json', bytes: oscalAssessmentResults(report) };
  yield { path: 'entries.csv', bytes: csv.bytes() };
  if (report.gaps) yield { path: 'gaps.csv', bytes: gapsCsv(report.gaps) };
}

import { frameworks } from '../contracts/controls.ts';
import { canonicalJson } from '../evidence/canonical-json.ts';
import { encodeUtf8 } from '../evidence/bytes.ts';
import type { AcceptedRiskFact, AssessmentReport, ControlResult, Finding } from './assessment.ts';
import { frameworkNames } from './frameworks.ts';
import { uuidNamed } from './uuid-named.ts';

/** Version of OSCAL that is written (pages.nist.gov/OSCAL). */
const oscalVersion = '1.1.3';
const namespace = 'https://malachor.dev/ns/oscal';

/** `oscal-assessment-results.json`: the assessment for other programs. The same report gives the same bytes. */
export function oscalAssessmentResults(report: AssessmentReport): Uint8Array {
  const { site, createdAt } = report;
  const id = (name: string) => uuidNamed(`${site} ${createdAt} ${report.firstSeq} ${name}`);
  const plan = id('plan');
  const results = frameworks
    .filter((framework) => report.controls.some((result) => result.framework === framework))
    .map((framework) => resultOf(report, framework, id));
  return encodeUtf8(
    `${canonicalJson({
      'assessment-results': {
        uuid: id('results'),
        metadata: {
          title: `Assessment results of ${site}`,
          'last-modified': createdAt,
          version: '1',
          'oscal-version': oscalVersion,
        },
        'import-ap': { href: `#${plan}` },
        results: results.length > 0 ? results : [emptyResult(report, id)],
        'back-matter': {
          resources: [
            {
              uuid: plan,
              title: 'Assessment plan',
              description: 'Every check of the catalogue is carried out on every host by schedule.',
              rlinks: [{ href: 'README.txt' }],
            },
          ],
        },
      },
    })}\n`,
  );
}

type Id = (name: string) => string;

function resultOf(report: AssessmentReport, framework: ControlResult['framework'], id: Id) {
  const controls = report.controls.filter((result) => result.framework === framework);
  const ids = new Set(controls.flatMap(({ checks }) => checks));
  const observed = report.findings.filter(({ check }) => ids.has(check));
  const risks = report.acceptedRisks.filter(({ check }) => ids.has(check));
  return {
    uuid: id(`result ${framework}`),
    title: `${frameworkNames[framework]}: ${report.site}`,
    description: `Made from ${report.entries} signed ledger entries, from number ${report.firstSeq} on.`,
    start: report.from ?? report.createdAt,
    end: report.to ?? report.createdAt,
    'reviewed-controls': {
      'control-selections': [
        {
          description: frameworkNames[framework],
          'include-controls': controls.map(({ control }) => ({ 'control-id': tokenOf(framework, control) })),
        },
      ],
    },
    observations: observed.map((finding) => observationOf(finding, framework, id)),
    ...(risks.length > 0 && { risks: risks.map((risk) => riskOf(risk, framework, id)) }),
    findings: controls.map((control) => findingOf(control, observed, risks, id)),
  };
}

function emptyResult(report: AssessmentReport, id: Id) {
  return {
    uuid: id('result'),
    title: report.site,
    description: 'No check has a result in this time.',
    start: report.from ?? report.createdAt,
    end: report.to ?? report.createdAt,
    'reviewed-controls': { 'control-selections': [{ description: 'None' }] },
  };
}

function observationOf({ host, check, status, observedAt, seq }: Finding, framework: string, id: Id) {
  return {
    uuid: id(`observation ${framework} ${check} ${host}`),
    title: `${check} on ${host}`,
    description: `${check} on ${host} was found ${status}.`,
    props: [
      { name: 'status', ns: namespace, value: status },
      { name: 'ledger-entry', ns: namespace, value: String(seq) },
    ],
    methods: ['TEST'],
    collected: observedAt,
  };
}

function riskOf(risk: AcceptedRiskFact, framework: string, id: Id) {
  const { host, check, title, signers, acceptedAt, expiresAt, seq } = risk;
  return {
    uuid: id(`risk ${framework} ${check} ${host}`),
    title: `${title || check} on ${host}`,
    description: `The risk of ${check} on ${host} was accepted on ${acceptedAt}.`,
    statement: `Accepted by ${signers.length > 0 ? signers.join(' and ') : 'two people'} until ${expiresAt}.`,
    props: [{ name: 'ledger-entry', ns: namespace, value: String(seq) }],
    status: 'deviation-approved',
    deadline: expiresAt,
  };
}

function findingOf(
  result: ControlResult,
  observed: readonly Finding[],
  risks: readonly AcceptedRiskFact[],
  id: Id,
) {
  const { framework, control, status, checks, passing, failing, accepted, notJudged } = result;
  const related = observed.filter(({ check }) => checks.includes(check));
  const own = risks.filter(({ check }) => checks.includes(check));
  const isMet = status === 'met';
  return {
    uuid: id(`finding ${framework} ${control}`),
    title: control,
    description: `${passing} findings pass, ${failing} do not, ${accepted} are accepted risks, ${notJudged} could not be judged.`,
    target: {
      type: 'objective-id',
      'target-id': tokenOf(framework, control),
      status: {
        state: isMet ? 'satisfied' : 'not-satisfied',
        ...(isMet ? { reason: 'pass' } : { reason: status === 'not_met' ? 'fail' : 'other' }),
        ...(isMet || status === 'not_met' ? {} : { remarks: status.replaceAll('_', ' ') }),
      },
    },
    'related-observations': related.map(({ check, host }) => ({
      'observation-uuid': id(`observation ${framework} ${check} ${host}`),
    })),
    ...(own.length > 0 && {
      'related-risks': own.map(({ check, host }) => ({
        'risk-uuid': id(`risk ${framework} ${check} ${host}`),
      })),
    }),
  };
}

/** A control's id as OSCAL allows it: `164.312(a)(2)(iv)` of HIPAA is `hipaa-164.312.a.2.iv`. */
export function tokenOf(framework: string, control: string): string {
  return `${framework}-${control.replaceAll(/[^A-Za-z0-9]+/g, '.').replace(/\.$/, '')}`;
}

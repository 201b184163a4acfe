import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { Drill } from '../../contracts/catalog/drill.ts';
import { isRunnable, type RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import { frameworks, type Controls, type Framework } from '../../contracts/controls.ts';
import { verifies } from './verifies.ts';

const frameworkNames: Record<Framework, string> = {
  hipaa: 'HIPAA',
  soc2: 'SOC 2',
  pci_dss: 'PCI DSS 4',
  nist_csf: 'NIST CSF 2',
  cis_v8: 'CIS v8',
};

/** The catalogue as Markdown: every check with its source, controls, runbook, risk and how it is tested. */
export function describeCatalog(catalog: Catalog): string {
  const checks = [...catalog.checks.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  const runbooks = [...catalog.runbooks.values()].map(({ definition }) => definition);
  const families = Map.groupBy(checks, ({ id }) => id.split('.').slice(0, 2).join('.'));
  return [
    '# The catalogue',
    '',
    'Generated from the files of `catalog/` by `node catalog/write-docs.ts`; a test compares the two.',
    '',
    `${checks.length} checks, ${runbooks.length} runbooks, ${catalog.rules.length} rules, ${countDrills(catalog)} drills.`,
    '',
    '## Runbooks',
    '',
    '| runbook | what it does | risk | disruption | taken back | without a person | drills |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...runbooks.map((runbook) => runbookRow(catalog, runbook)),
    '',
    '## Checks',
    ...[...families].flatMap(([family, members]) => [
      '',
      `### \`${family}\``,
      '',
      '| check | severity | source | controls | runbook and risk | tested how |',
      '| --- | --- | --- | --- | --- | --- |',
      ...members.map((check) => checkRow(catalog, runbooks, check)),
    ]),
    '',
    '## Drills',
    ...[...catalog.drills].flatMap(([runbook, drills]) => [
      '',
      `**${runbook}**`,
      '',
      ...drills.map((drill) => `- ${describeDrill(drill)}`),
    ]),
    '',
  ].join('\n');
}

function runbookRow(catalog: Catalog, runbook: RunbookDefinition): string {
  const { id, title, risk, disruption, rollback } = runbook;
  const rules = catalog.rules.filter((rule) => rule.runbook === id && rule.enabled).length;
  const drills = catalog.drills.get(id)?.length ?? 0;
  const undo = isRunnable(runbook) ? (rollback === undefined ? 'no' : 'yes') : 'guidance for people';
  return row([`\`${id}\``, title, risk, disruption, undo, rules > 0 ? 'yes' : 'no', String(drills)]);
}

function checkRow(catalog: Catalog, runbooks: RunbookDefinition[], check: CheckDefinition): string {
  const menders = runbooks.filter((runbook) => verifies(runbook, check.id));
  const mended = menders.map(({ id, risk }) => `\`${id}\` (${risk})`).join(', ');
  return row([
    `\`${check.id}\`<br>${check.title}`,
    check.severity,
    check.source,
    describeControls(check.controls),
    mended === '' ? 'for people' : mended,
    testedHow(catalog, menders, check),
  ]);
}

function testedHow(catalog: Catalog, menders: RunbookDefinition[], check: CheckDefinition): string {
  const drills = menders.flatMap(({ id }) => catalog.drills.get(id) ?? []);
  const hosts = new Set(drills.map(({ needs }) => needs));
  const drilled = [
    ...(hosts.has('container') ? ['drilled on a container host'] : []),
    ...(hosts.has('kernel') ? ['drilled on a host with its own kernel'] : []),
  ];
  const own = check.probe.kind === 'collector' ? 'read by the appliance' : 'drift planted on a real host';
  return [...drilled, own].join('; ');
}

function describeControls(controls: Controls): string {
  return frameworks
    .map((framework) => `${frameworkNames[framework]} ${controls[framework].join(', ')}`)
    .join('<br>');
}

function describeDrill({ what, needs, ends, says }: Drill): string {
  const end = { heals: 'healed', refuses: 'refused', escalates: 'for a person' }[ends];
  const host = needs === 'kernel' ? ', on a host with its own kernel' : '';
  return `${what} — ${end}${says === undefined ? '' : `: «${says}»`}${host}`;
}

function countDrills({ drills }: Catalog): number {
  return [...drills.values()].reduce((sum, { length }) => sum + length, 0);
}

/** One row of a table; what would end a cell is written out. */
function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/gu, ' ').trim()).join(' | ')} |`;
}

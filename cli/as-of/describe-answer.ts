import type { AsOfQuestion, CheckAnswer } from '../../evidence/completeness/as-of.ts';
import type { SourcedAnswer } from './answer.ts';

const verdicts = {
  pass: 'PASS',
  fail: 'FAIL',
  unknown: 'UNKNOWN',
  accepted_risk: 'ACCEPTED RISK',
} as const;

const reasons = {
  never_checked: 'no check of the control is on record for this host',
  controls_unknown: 'it was scanned, and what the checks stand for is not known here',
  stale: 'the last finding is too old',
  withheld: 'a finding that counts may be of this host, and its name is kept back',
  not_judged: 'the check could not be carried out or judged',
} as const;

/** The answer for people, with every entry it rests on. */
export function describeAnswer(question: AsOfQuestion, { answer, source }: SourcedAnswer): string {
  const { host, framework, control, date, knownBy, staleAfterSeconds } = question;
  const { site, firstSeq, entries, anchored, keySource, checkpoint } = source;
  const because = answer.because ? `: ${reasons[answer.because]} (${answer.because})` : '';
  const known = knownBy === undefined ? '' : `, as it was known by ${knownBy}`;
  const what = source.kind === 'archive' ? 'the archive' : 'the ledger';
  return [
    `${verdicts[answer.status]}  ${host}, ${framework} ${control}, at ${date}${known}${because}`,
    ...answer.checks.flatMap(checkLines),
    ...answer.dropped.flatMap((check) => [
      ...checkLines(check),
      '    It is no longer part of the scheduled scans of this host, and does not count.',
    ]),
    `From ${entries} entries of ${site} in ${what}, from number ${firstSeq} on, all verified. A finding counts for ${staleAfterSeconds / 3_600} hours.`,
    ...(firstSeq > 0 ? ['What was on record before these entries is not known here.'] : []),
    ...(anchored
      ? [
          `Entries up to number ${anchored.seq} existed by Bitcoin block ${anchored.height}, ${anchored.time}.`,
        ]
      : []),
    ...(keySource === 'archive'
      ? ['The keys are the archive’s own: give those you know with --key to find a forger.']
      : []),
    ...(checkpoint === undefined ? [] : ['Checkpoint:', ...checkpoint.trimEnd().split('\n').map(indent)]),
  ].join('\n');
}

function checkLines({ check, status, because, found, proof, acceptance }: CheckAnswer): string[] {
  const entry = (of: { seq: number; entryHash?: string }) =>
    `entry ${of.seq} ${of.entryHash ?? ''}`.trimEnd();
  return [
    `  ${check}: ${verdicts[status].toLowerCase()}${because ? `, ${reasons[because]} (${because})` : ''}`,
    `    found ${found} at ${proof.effectiveAt}, received ${proof.receivedAt}`,
    `    ${entry(proof)}`,
    ...(acceptance
      ? [
          `    accepted by two people until ${acceptance.expiresAt}, recorded ${acceptance.effectiveAt}, received ${acceptance.receivedAt}`,
          `    ${entry(acceptance)}`,
        ]
      : []),
  ];
}

function indent(line: string): string {
  return `  ${line}`.trimEnd();
}

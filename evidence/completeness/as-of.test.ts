import type { CheckStatus } from '../../contracts/observation.ts';
import { readStatement } from '../bundle.ts';
import { verifyDisclosures } from '../disclosure/verify-disclosures.ts';
import { withhold } from '../disclosure/withhold.ts';
import { sha256 } from '../node/hasher.ts';
import type { IncidentRecord } from '../statements/incident-v1.ts';
import { buildIncidentV2Statement } from '../statements/incident-v2.ts';
import { buildScanStatement, scanDeclaration, type ScanPage } from '../statements/scan-v1.ts';
import { sampleRecord } from '../testing/sample-evidence.ts';
import { numberedSalts, sampleControls, samplePage } from '../testing/sample-statements.ts';
import { asOf, type AsOfQuestion } from './as-of.ts';
import { timelineEntry, type TimelineEntry } from './timeline-entry.ts';

const disk = 'linux.disk.encryption';
const hour = (hours: number) => new Date(Date.UTC(2026, 2, 1) + hours * 3_600_000).toISOString();
const question: AsOfQuestion = {
  host: 'ehr-server',
  framework: 'hipaa',
  control: '164.312(a)(2)(iv)',
  date: hour(10),
  staleAfterSeconds: 2 * 3_600,
};

/** A scan through its statement and disclosures, as a verifier gets it. */
function scanned(
  at: number,
  status: CheckStatus,
  {
    seq = at,
    receivedAt = hour(at),
    hide = () => false,
    page = {},
  }: {
    seq?: number;
    receivedAt?: string;
    hide?: (value: unknown) => boolean;
    page?: Partial<ScanPage>;
  } = {},
): TimelineEntry {
  const base = samplePage(hour(at), page);
  const hosts = base.hosts.map((host) =>
    host.host !== 'ehr-server' || !host.checks[disk]
      ? host
      : { ...host, checks: { ...host.checks, [disk]: { ...host.checks[disk], status } } },
  );
  const built = buildScanStatement({ ...base, hosts }, numberedSalts(hour(at)), sha256);
  const reading = readStatement(built.payload, sha256);
  if (!reading.ok) throw new Error(reading.reason);
  const shown = withhold(built.disclosures, (_, value) => hide(value), scanDeclaration);
  const verdict = verifyDisclosures(reading.statement, shown, sha256);
  if (!verdict.ok) throw new Error(verdict.problems[0]?.message);
  return timelineEntry({ seq, recordedAt: receivedAt }, reading.statement, verdict.disclosed);
}

function recorded(
  at: number,
  moment: IncidentRecord['moment'],
  {
    status = 'fail',
    seq = 100 + at,
    isHidden = false,
    host = 'ehr-server',
    expires = at + 100,
  }: {
    status?: CheckStatus;
    seq?: number;
    isHidden?: boolean;
    host?: string;
    expires?: number;
  } = {},
): TimelineEntry {
  const sample = sampleRecord('north-clinic', 1);
  const key = { site: 'north-clinic', host, check: disk };
  const latest = { ...sample.story.latest, ...key, status, observedAt: hour(at) };
  const acceptedRisk = {
    signers: [],
    acceptedAt: hour(at),
    expiresAt: hour(expires),
    stateDigest: sha256(''),
  };
  const story = { ...sample.story, ...key, latest, ...(moment === 'risk_accepted' ? { acceptedRisk } : {}) };
  const record = { ...sample, ...key, controls: sampleControls[disk]!, moment, story, recordedAt: hour(at) };
  const { payload, disclosures } = buildIncidentV2Statement(record, numberedSalts(String(at)), sha256);
  const reading = readStatement(payload, sha256);
  if (!reading.ok) throw new Error(reading.reason);
  const { disclosed } = verifyDisclosures(reading.statement, isHidden ? [] : disclosures, sha256);
  return timelineEntry({ seq, recordedAt: hour(at) }, reading.statement, disclosed);
}

const ask = (
  entries: readonly TimelineEntry[],
  changes: Partial<AsOfQuestion> = {},
  maps = [sampleControls],
) => asOf({ ...question, ...changes }, entries, maps, sha256);

describe('as of a date', () => {
  it('a host meets a control whose check passed in the last scan, with the entry that proves it and both times', () => {
    const entries = [
      scanned(8, 'fail'),
      scanned(9, 'pass', { seq: 7, receivedAt: hour(15) }),
      scanned(11, 'fail'),
    ];
    expect(ask(entries)).toEqual({
      status: 'pass',
      checks: [
        {
          check: disk,
          status: 'pass',
          found: 'pass',
          proof: { seq: 7, effectiveAt: '2026-03-01T09:00:09.000Z', receivedAt: hour(15) },
        },
      ],
      dropped: [],
    });
  });

  it('what was known by then is another question than what was so', () => {
    const entries = [scanned(9, 'pass'), scanned(9.5, 'fail', { receivedAt: hour(15) })];
    expect(ask(entries).status).toBe('fail');
    expect(ask(entries, { knownBy: hour(10) }).status).toBe('pass');
    expect(ask(entries, { knownBy: hour(15) }).status).toBe('fail');
  });

  it.each<[CheckStatus, string]>([
    ['fail', 'fail'],
    ['warning', 'fail'],
    ['error', 'unknown'],
    ['unknown', 'unknown'],
  ])('a check that was %s makes it %s', (found, status) => {
    expect(ask([scanned(9, found)])).toMatchObject({ status, checks: [{ found, status }] });
  });

  it('is asked of a host and a control, those under it included, and of nothing else', () => {
    const entries = [scanned(9, 'fail')];
    expect(ask(entries, { control: '164.312(a)' }).status).toBe('fail');
    expect(ask(entries, { control: '164.312(d)' }).status).toBe('pass');
    expect(ask(entries, { framework: 'cis_v8', control: '3.6' }).status).toBe('fail');
    expect(ask(entries, { host: 'reception-pc' }).status).toBe('pass');
    expect(ask(entries, { control: '164.312(a)(2)(i)' })).toMatchObject({ because: 'never_checked' });
    expect(ask(entries, { host: 'nobody' })).toMatchObject({ status: 'unknown', because: 'never_checked' });
    expect(ask(entries, { date: hour(8) })).toMatchObject({ status: 'unknown', because: 'never_checked' });
  });

  it('is unknown where the last finding is too old', () => {
    expect(ask([scanned(7, 'pass')])).toMatchObject({ status: 'unknown', checks: [{ because: 'stale' }] });
  });

  it('is unknown where what the checks stand for was not given, or is not what the scan was signed with', () => {
    const entries = [scanned(9, 'pass')];
    expect(ask(entries, {}, [])).toMatchObject({ status: 'unknown', because: 'controls_unknown' });
    const forged = { ...sampleControls, [disk]: sampleControls['linux.ssh.root_login']! };
    expect(ask(entries, {}, [forged])).toMatchObject({ status: 'unknown', because: 'controls_unknown' });
  });

  it('rests on what an incident saw where that is later than the last scan', () => {
    expect(ask([scanned(9, 'fail'), recorded(9.5, 'healed', { status: 'pass' })])).toMatchObject({
      status: 'pass',
      checks: [{ proof: { seq: 109.5 } }],
    });
  });

  it('a check that is no longer among those of the scheduled scans is listed apart', () => {
    const host = samplePage(hour(9)).hosts[1]!;
    const rest = Object.fromEntries(Object.entries(host.checks).filter(([check]) => check !== disk));
    const without = scanned(9, 'pass', { page: { hosts: [{ ...host, checks: rest }] } });
    expect(ask([scanned(8.5, 'fail'), without])).toMatchObject({
      status: 'unknown',
      because: 'never_checked',
      dropped: [{ check: disk, status: 'fail' }],
    });
  });
});

describe('an accepted risk', () => {
  const failing = [scanned(9, 'fail')];
  it('is the answer from when two people accepted it until it expires', () => {
    const entries = [...failing, recorded(5, 'risk_accepted')];
    expect(ask(entries)).toMatchObject({
      status: 'accepted_risk',
      checks: [{ acceptance: { seq: 105, effectiveAt: hour(5), expiresAt: hour(105) } }],
    });
    expect(ask([...failing, recorded(5, 'risk_accepted', { expires: 10 })]).status).toBe('fail');
    expect(ask([...failing, recorded(10.5, 'risk_accepted')]).status).toBe('fail');
  });

  it('of another host, or one that ended, is none', () => {
    expect(ask([...failing, recorded(5, 'risk_accepted', { host: 'other' })]).status).toBe('fail');
    expect(ask([...failing, recorded(5, 'risk_accepted'), recorded(6, 'closed')]).status).toBe('fail');
  });

  it('whose end may be kept back is unknown', () => {
    const entries = [...failing, recorded(5, 'risk_accepted'), recorded(6, 'closed', { isHidden: true })];
    expect(ask(entries)).toMatchObject({ status: 'unknown', checks: [{ because: 'withheld' }] });
  });
});

describe('keeping names back', () => {
  const hideHost = (name: string) => ({ hide: (value: unknown) => value === name });

  it('cannot turn a failure into a pass: a later scan that may be of the host makes it unknown', () => {
    const entries = [scanned(8.5, 'pass'), scanned(9.5, 'fail', hideHost('ehr-server'))];
    expect(ask(entries)).toMatchObject({ status: 'unknown', checks: [{ because: 'withheld' }] });
    const incident = [scanned(8.5, 'pass'), recorded(9.5, 'escalated', { isHidden: true })];
    expect(ask(incident)).toMatchObject({ status: 'unknown', checks: [{ because: 'withheld' }] });
  });

  it('of other hosts changes nothing where the host itself is shown', () => {
    expect(ask([scanned(9, 'pass', hideHost('reception-pc'))]).status).toBe('pass');
  });

  it('of the host leaves nothing to answer from', () => {
    expect(ask([scanned(9, 'pass', hideHost('ehr-server'))])).toMatchObject({ because: 'withheld' });
  });
});

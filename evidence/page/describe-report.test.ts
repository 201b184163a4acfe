import type { ArchiveReport, SiteReport } from '../archive/report.ts';
import { describeReport } from './describe-report.ts';

const site: SiteReport = {
  site: 'north-clinic',
  entries: 10,
  firstSeq: 5,
  kinds: { incidents: 1, scanPages: 2, heartbeats: 0 },
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-03-02T00:00:00.000Z',
  checkpointSize: 15,
  fields: { disclosed: 0, withheld: 0 },
  anchors: [],
  witnesses: [],
};
const report: ArchiveReport = {
  verified: true,
  keySource: 'archive',
  keys: [{ keyId: '00', fingerprint: 'ab', purpose: 'evidence', isPinned: false }],
  sites: [site],
  problems: [],
  problemsOmitted: 0,
};
const linesOf = (changes: Partial<SiteReport>) =>
  describeReport({ ...report, sites: [{ ...site, ...changes }] }).sites[0]!;

it('says what entries there are and that none is anchored', () => {
  expect(linesOf({}).lines).toEqual([
    '10 entries, number 5 to 14, recorded 2026-03-01T00:00:00.000Z to 2026-03-02T00:00:00.000Z.',
    'The signed checkpoint covers 15 entries from the beginning of the ledger.',
    'They are 1 record of incidents, 2 pages of scans and 0 heartbeats.',
    'No entry is anchored in a Bitcoin block.',
  ]);
  expect(linesOf({ entries: 0 }).lines[0]).toBe('No entries, from number 5 on.');
});

it('says up to which entry the furthest block reaches, and what is left to compare', () => {
  const block = { kind: 'bitcoin' as const, blockHash: 'f00', time: 'T', isTrusted: false, workBits: 78 };
  const anchors = [
    { size: 8, attestations: [{ ...block, height: 1 }] },
    {
      size: 12,
      attestations: [
        { ...block, height: 3 },
        { ...block, height: 2 },
      ],
    },
    { size: 15, attestations: [{ kind: 'unchecked' as const, what: 'rfc3161' }] },
  ];
  expect(linesOf({ anchors }).lines.slice(3)).toEqual([
    'Entries up to number 11 existed by Bitcoin block 2, T, if that block is genuine.',
    'Compare the block with any Bitcoin explorer: its hash is f00, which took about 2^78 tries to find.',
    '3 later entries are not anchored yet.',
    '1 time stamp of other authorities not checked here; malachor verify does.',
  ]);
});

it('says that a block which took little work is not Bitcoin’s, unless it was given', () => {
  const block = { kind: 'bitcoin' as const, blockHash: 'f00', time: 'T', height: 7, workBits: 1 };
  const linesWith = (isTrusted: boolean) =>
    linesOf({ anchors: [{ size: 15, attestations: [{ ...block, isTrusted }] }] }).lines;
  expect(linesWith(false)[4]).toContain('of a test chain or made up');
  expect(linesWith(true).slice(3)).toEqual([
    'Entries up to number 14 existed by Bitcoin block 7, T.',
    'The block is one of those you gave.',
  ]);
});

it('lists gaps, and says when they cannot be known or there are none', () => {
  expect(linesOf({}).gaps[0]).toContain('does not say how often');
  expect(linesOf({ gaps: [] }).gaps[0]).toContain('No gaps');
  const gap = {
    what: 'scans' as const,
    reason: 'silent' as const,
    from: 'A',
    to: 'B',
    missed: 3,
    entries: [],
  };
  expect(linesOf({ gaps: [gap] }).gaps).toEqual([
    'A to B: 3 scans missing; the appliance was running and made no scan.',
  ]);
});

it('shows a hundred problems and counts the rest', () => {
  const problem = { code: 'entry_changed' as const, place: { file: 'f', line: 2 }, message: 'M' };
  const problems = Array.from({ length: 150 }, () => problem);
  const text = describeReport({ ...report, verified: false, problems, problemsOmitted: 1_000 });
  expect(text.heading).toBe('Damaged: 1150 problems');
  expect(text.problems).toHaveLength(100);
  expect(text.problems[0]).toEqual({ place: 'f, line 2', message: 'M', code: 'entry_changed' });
  expect(text.more).toBe('1050 more problems are not shown here.');
});

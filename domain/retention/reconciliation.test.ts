import {
  addDifferences,
  emptyTally,
  isAtOne,
  maxDifferences,
  type ReconciliationReport,
  remainingDifferences,
} from './reconciliation.ts';
import type { StoreDifference } from './reconcile.ts';

const missing = (count: number): StoreDifference[] =>
  Array.from({ length: count }, (_, number) => ({
    kind: 'missing',
    key: String(number),
    repair: { kind: 'put_again', sha256: '', retainUntil: '', legalHold: false },
  }));

const aReport = (over: Partial<ReconciliationReport>): ReconciliationReport => ({
  site: 'main-street',
  store: 'local:/objects',
  startedAt: '2026-11-27T02:17:00.000Z',
  finishedAt: '2026-11-27T02:17:01.000Z',
  ledger: { verified: true, entries: 3 },
  ...emptyTally,
  ...over,
});

test('every difference is counted, and the first hundred are kept', () => {
  const once = addDifferences(emptyTally, missing(maxDifferences - 1));
  const twice = addDifferences(once, [{ kind: 'covered', key: 'x' }, ...missing(2)]);
  expect(twice.counts).toEqual({ missing: maxDifferences + 1, covered: 1 });
  expect(twice.differences).toHaveLength(maxDifferences);
  expect(twice.differences.at(-1)).toEqual({ kind: 'covered', key: 'x' });
});

test('ledger and store are at one where nothing differs, or all that was missing is back', () => {
  expect(isAtOne(aReport({}))).toBe(true);
  expect(isAtOne(aReport({ counts: { missing: 2 }, restored: 2 }))).toBe(true);
  expect(isAtOne(aReport({ counts: { missing: 2, covered: 1 }, restored: 2 }))).toBe(false);
  expect(remainingDifferences(aReport({ counts: { missing: 3 }, restored: 2 }))).toBe(1);
});

test('a ledger that is damaged is never at one with its store', () => {
  expect(isAtOne(aReport({ ledger: { verified: false, entries: 3, code: 'chain_broken' } }))).toBe(false);
});

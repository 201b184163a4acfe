import fc from 'fast-check';
import { appendEntry, emptyHead, type LedgerEntry, type LedgerHead } from '../evidence/ledger.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { aDisclosure, anEnvelope } from '../test/postgres/builders.ts';
import { parsePeriod, partInPeriod } from './export-period.ts';

const site = 'main-street';

/** A ledger with an entry at each of the given milliseconds, and its heads before each entry and at the end. */
function aLedger(times: number[]): { entries: LedgerEntry[]; heads: LedgerHead[] } {
  const heads = [emptyHead(site, sha256)];
  const entries = times.map((time, index) => {
    const step = appendEntry(heads[index]!, anEnvelope(`${index}`), new Date(time).toISOString(), sha256);
    heads.push(step.head);
    return step.entry;
  });
  return { entries, heads };
}

async function* inPages(entries: LedgerEntry[], size: number) {
  const disclosed = entries.map((entry) => ({ entry, disclosures: [aDisclosure('/seq', entry.seq)] }));
  for (let from = 0; from < entries.length; from += size) yield disclosed.slice(from, from + size);
}

test('the part of a ledger in a period has no gaps, and its ends are what the ledger was there', async () => {
  const times = fc
    .array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 })
    .map((all) => all.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(
      times,
      fc.nat(20),
      fc.nat(20),
      fc.integer({ min: 1, max: 5 }),
      async (at, one, other, size) => {
        const [fromMs, toMs] = one < other ? [one, other] : [other, one];
        const { entries, heads } = aLedger(at);
        const part = await partInPeriod(site, inPages(entries, size), { fromMs, toMs }, sha256);
        const wanted = entries.filter((_, index) => at[index]! >= fromMs && at[index]! <= toMs);
        expect(part.firstAt).toBe(wanted[0]?.recordedAt);
        const taken: LedgerEntry[] = [];
        for await (const { entry, disclosures } of part.entries) {
          taken.push(entry);
          expect(disclosures).toEqual([aDisclosure('/seq', entry.seq)]);
        }
        expect(taken).toEqual(wanted);
        expect(part.start).toEqual(heads[at.filter((time) => time < fromMs).length]);
        expect(part.end()).toEqual(heads[at.filter((time) => time <= toMs).length]);
      },
    ),
  );
});

test('a bare day means all of it, in UTC', () => {
  expect(parsePeriod('2026-01-31', '2026-01-31')).toEqual({
    fromMs: Date.parse('2026-01-31T00:00:00.000Z'),
    toMs: Date.parse('2026-01-31T23:59:59.999Z'),
  });
  expect(parsePeriod(undefined, undefined)).toEqual({ fromMs: -Infinity, toMs: Infinity });
});

test.each([
  ['yesterday', undefined],
  ['2026-02-01', '2026-01-31'],
  [undefined, '2026-13-01'],
])('from %s to %s is no period', (from, to) => {
  expect(parsePeriod(from, to)).toBeUndefined();
});

import { z } from 'zod';
import { sampleSite } from '../../evidence/testing/sample-evidence.ts';
import { readEntries } from './read-entries.ts';

const { entries } = sampleSite('main-street', 20);

/** A ledger in which one row cannot be read, so that no page with it can. */
const ledgerWith = (unreadable: number) => ({
  read: (_site: string, from: number, limit: number) => {
    const page = entries.slice(from, from + limit);
    if (page.some(({ seq }) => seq === unreadable)) return Promise.reject(new z.ZodError([]));
    return Promise.resolve(page);
  },
});

test.each([0, 1, 7, 19])(
  'entries are read up to the one that cannot be read, number %i',
  async (unreadable) => {
    const read = await readEntries({ ledger: ledgerWith(unreadable) }, 'main-street', 0, 20);
    expect(read).toEqual(entries.slice(0, unreadable));
  },
);

test('without such a one all are read', async () => {
  expect(await readEntries({ ledger: ledgerWith(99) }, 'main-street', 3, 20)).toEqual(entries.slice(3));
});

test('a database that does not answer is not an unreadable entry', async () => {
  const ledger = { read: () => Promise.reject(new Error('no answer')) };
  await expect(readEntries({ ledger }, 'main-street', 0, 20)).rejects.toThrow('no answer');
});

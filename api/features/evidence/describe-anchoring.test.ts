import { sha256 } from '../../../evidence/node/hasher.ts';
import type { SiteAnchor } from '../../../persistence/anchors.ts';
import { describeAnchoring } from './describe-anchoring.ts';

/** Bitcoin's first block, https://en.bitcoin.it/wiki/Genesis_block. */
const genesis =
  '0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f61' +
  '7fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c';
const formedAt = '2026-11-27T10:00:00.000Z';

function anAnchor(size: number, batch: Partial<SiteAnchor['batch']>): SiteAnchor {
  return {
    member: { site: 'main-street', size, checkpoint: '', index: 0, inclusion: [] },
    batch: { id: 'b', formedAt, size: 1, root: '', tokens: [], headers: [], standings: [], ...batch },
  };
}

it('says nothing of a ledger that was never in a batch', () => {
  expect(describeAnchoring({}, sha256)).toBeUndefined();
});

it('names the block of what is anchored, and what the rest waits for', () => {
  const settled = anAnchor(3, { settledAt: formedAt, headers: [{ height: 0, header: genesis }] });
  const standings = [
    { calendar: 'https://a.example', state: 'pending' as const },
    { calendar: 'https://b.example', state: 'unreachable' as const, reason: 'no answer in 20 s' },
  ];
  expect(describeAnchoring({ settled, latest: anAnchor(5, { standings }) }, sha256)).toEqual({
    anchoredEntries: 3,
    blocks: [
      {
        height: 0,
        hash: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
        time: '2009-01-03T18:15:05.000Z',
      },
    ],
    waiting: { entries: 5, since: formedAt, calendars: standings },
  });
});

it('waits for nothing where the newest batch is settled', () => {
  const settled = anAnchor(3, { settledAt: formedAt });
  expect(describeAnchoring({ settled, latest: settled }, sha256)).toEqual({ anchoredEntries: 3, blocks: [] });
});

it('has nothing anchored while the first batch waits', () => {
  expect(describeAnchoring({ latest: anAnchor(2, {}) }, sha256)).toMatchObject({
    anchoredEntries: 0,
    waiting: { entries: 2, calendars: [] },
  });
});

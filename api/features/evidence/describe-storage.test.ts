import type { StorageStanding } from '../../../persistence/object-records.ts';
import { describeStorage } from './describe-storage.ts';

const at = '2026-11-27T10:00:00.000Z';
const aStanding = (over: Partial<StorageStanding> = {}): StorageStanding => ({
  state: {
    site: 'main-street',
    plan: 'essential',
    ledger: { size: 5, checkpointSize: 5 },
    storedEntries: 5,
    storedCheckpoint: 5,
  },
  store: { name: 'local:/srv/objects', kind: 'local', level: 'advisory', canHold: true },
  ...over,
});

it('says how strongly and how long what is stored is kept, and no path', () => {
  expect(describeStorage(aStanding())).toEqual({
    kind: 'local',
    level: 'advisory',
    retention: { plan: 'essential', days: 30 },
    storedEntries: 5,
    holds: 'lock_and_hold',
  });
});

it('says what waits since when, and why', () => {
  const failure = { code: 'unavailable', message: 'no answer', nextStep: 'Check that it runs.', since: at };
  const standing = aStanding({
    state: { ...aStanding().state, storedEntries: 3 },
    store: { name: 's3:aws/evidence', kind: 's3', canHold: false, failure },
    waitingSince: at,
  });
  const said = describeStorage(standing);
  expect(said).toMatchObject({ waiting: { entries: 2, since: at }, failure, holds: 'lock' });
  expect(said.level).toBeUndefined();
});

it('says what the newest comparison found, and whether that is still so', () => {
  const latest = {
    site: 'main-street',
    store: 's3:aws/evidence',
    startedAt: at,
    finishedAt: at,
    ledger: { verified: true as const, entries: 5 },
    objects: 6,
    counts: { missing: 2 },
    differences: [],
    restored: 2,
    removed: 1,
  };
  const hold = { reason: 'as asked', actor: 'Ann', at };
  expect(describeStorage(aStanding({ latest, hold }))).toMatchObject({
    hold,
    reconciliation: {
      at,
      ledgerVerified: true,
      objects: 6,
      differences: { missing: 2 },
      restored: 2,
      removed: 1,
      atOne: true,
    },
  });
});

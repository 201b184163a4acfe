import { expectedObject, isOver } from './expected-object.ts';
import { daysAfter, retainUntil } from './plan-tier.ts';
import { lockFor, lockForCheckpoint, storageWork, type SiteStorage } from './site-storage.ts';

const now = '2026-11-27T10:00:00.000Z';
const on = (days: number) => daysAfter(now, days);
const aState = (over: Partial<SiteStorage> = {}): SiteStorage => ({
  site: 'main-street',
  plan: 'professional',
  ledger: { size: 5, checkpointSize: 5 },
  storedEntries: 5,
  storedCheckpoint: 5,
  applied: { plan: 'professional', at: now },
  ...over,
});
const held = { id: 7, isOn: true };
const heldState = aState({ hold: held, applied: { plan: 'professional', holdId: 7, at: now } });

describe('what there is to do for a site', () => {
  test('is nothing where the store has all and is in line', () => {
    expect(storageWork(aState(), now)).toBeUndefined();
    const empty = { ledger: { size: 0, checkpointSize: 0 }, storedEntries: 0, storedCheckpoint: 0 };
    const never = { site: 'harbour', plan: 'professional' as const, ...empty };
    expect(storageWork(never, now)).toBeUndefined();
  });

  test.each([
    ['entries', { storedEntries: 4 }],
    ['its checkpoint', { storedCheckpoint: 4 }],
  ])('is to put %s that it waits for', (_, over) => {
    expect(storageWork(aState(over), now)).toEqual({ site: 'main-street', put: true, apply: false });
  });

  test.each([
    ['another plan', { plan: 'enterprise' as const }],
    ['a hold', { hold: held }],
    ['a hold that is lifted', { ...heldState, hold: { id: 8, isOn: false } }],
  ])('is to bring %s to what is there', (_, over) => {
    expect(storageWork(aState(over), now)).toEqual({ site: 'main-street', put: false, apply: true });
  });

  test('under a hold is a look at the locks every day', () => {
    expect(storageWork(heldState, '2026-11-28T05:59:59.000Z')).toBeUndefined();
    expect(storageWork(heldState, '2026-11-28T06:00:00.000Z')).toMatchObject({ apply: true });
  });
});

describe('the lock of what is put', () => {
  test('is that of the plan, counted from when the ledger took it', () => {
    const record = { recordedAt: on(-10), checkpointed: true };
    expect(lockFor(record, { plan: 'essential' }, now)).toBe(on(20));
    expect(lockFor(record, { plan: 'enterprise' }, now)).toBe(on(720));
  });

  test('is longer under a hold, and what is held is put however old it is', () => {
    expect(lockFor({ recordedAt: on(-10), checkpointed: true }, { plan: 'essential', hold: held }, now)).toBe(
      on(90),
    );
    expect(lockFor({ recordedAt: on(-99), checkpointed: true }, { plan: 'essential', hold: held }, now)).toBe(
      on(90),
    );
  });

  test('is none where its time was over before it could be put; a day where no checkpoint covers it yet', () => {
    const recordedAt = on(-31);
    expect(lockFor({ recordedAt, checkpointed: true }, { plan: 'essential' }, now)).toBeUndefined();
    expect(lockFor({ recordedAt, checkpointed: false }, { plan: 'essential' }, now)).toBe(on(1));
    expect(lockForCheckpoint(recordedAt, { plan: 'essential' }, now)).toBe(on(1));
  });
});

describe('what a store must have', () => {
  const object = { key: 'k', sha256: 'a'.repeat(64) };
  const record = { recordedAt: on(-10), checkpointed: true };
  const options = { canHold: true, now };

  test('is the content under the retention of its plan', () => {
    expect(expectedObject(object, record, aState(), options)).toEqual({
      ...object,
      retainUntil: retainUntil('professional', on(-10)),
      legalHold: false,
    });
  });

  test('is no more than both plans ask while a change is on its way', () => {
    const changing = aState({ plan: 'enterprise' });
    expect(expectedObject(object, record, changing, options).retainUntil).toBe(on(80));
    expect(
      expectedObject(object, record, { ...changing, applied: { plan: 'enterprise', at: now } }, options)
        .retainUntil,
    ).toBe(on(720));
  });

  test('is a hold once it was brought to all objects, where the store takes one', () => {
    expect(expectedObject(object, record, heldState, options)).toMatchObject({ legalHold: true });
    expect(expectedObject(object, record, heldState, { canHold: false, now })).toMatchObject({
      legalHold: false,
    });
    expect(expectedObject(object, record, aState({ hold: held }), options)).toMatchObject({
      legalHold: false,
    });
    const old = expectedObject(object, { ...record, recordedAt: on(-85) }, heldState, options);
    expect(old).toMatchObject({ sha256: object.sha256, retainUntil: on(30) });
  });

  test('is no content once its plan is over, unless it is held or no checkpoint covers it', () => {
    const old = { recordedAt: on(-91), checkpointed: true };
    expect(expectedObject(object, old, aState(), options).sha256).toBeUndefined();
    expect(isOver(old, aState(), now)).toBe(true);
    expect(isOver(old, aState({ hold: held }), now)).toBe(false);
    expect(isOver({ ...old, checkpointed: false }, aState(), now)).toBe(false);
  });
});

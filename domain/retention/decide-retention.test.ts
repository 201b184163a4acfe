import fc from 'fast-check';
import { decideRetention, holdMarginDays, type RetentionFacts } from './decide-retention.ts';
import { planTierSchema } from '../../contracts/site-policy.ts';
import { daysAfter, retainUntil, retentionDays } from './plan-tier.ts';

const recordedAt = '2026-03-01T00:00:00.000Z';
const facts = (over: Partial<RetentionFacts> = {}): RetentionFacts => ({
  tier: 'professional',
  recordedAt,
  hold: false,
  checkpointed: true,
  lockedUntil: retainUntil('professional', recordedAt),
  ...over,
});
const on = (day: number) => daysAfter(recordedAt, day);

test('plans keep evidence for 30 days, 90 days and two years', () => {
  expect(retentionDays).toEqual({ essential: 30, professional: 90, enterprise: 730 });
  expect(retainUntil('essential', '2026-03-01T10:20:30.001Z')).toBe('2026-03-31T10:20:31.000Z');
});

test('content is kept to the second its retention ends, then it may go', () => {
  const until = on(90);
  expect(decideRetention(facts(), '2026-05-29T23:59:59.999Z')).toEqual({
    kind: 'keep',
    because: 'retention',
    until,
  });
  expect(decideRetention(facts(), until)).toEqual({ kind: 'expire' });
});

test('a higher plan prolongs the lock; a lower one shortens nothing', () => {
  expect(decideRetention(facts({ tier: 'enterprise' }), on(1))).toEqual({
    kind: 'extend_lock',
    because: 'retention',
    until: on(730),
  });
  expect(decideRetention(facts({ tier: 'essential' }), on(31))).toEqual({
    kind: 'keep',
    because: 'retention',
    until: on(90),
  });
});

test('an object that is not in the store is kept in the ledger for its time all the same', () => {
  const missing = facts({ lockedUntil: undefined });
  expect(decideRetention(missing, on(1))).toMatchObject({ kind: 'keep', until: on(90) });
  expect(decideRetention(missing, on(90))).toEqual({ kind: 'expire' });
});

test('what no checkpoint covers never goes', () => {
  expect(decideRetention(facts({ checkpointed: false }), on(9_999))).toEqual({
    kind: 'keep',
    because: 'not_checkpointed',
  });
});

test('under a hold nothing goes, and the lock is prolonged before it gets short', () => {
  const held = facts({ hold: true });
  expect(decideRetention(held, on(10))).toEqual({ kind: 'keep', because: 'hold' });
  expect(decideRetention(held, on(50))).toEqual({ kind: 'extend_lock', because: 'hold', until: on(140) });
  expect(decideRetention({ ...held, lockedUntil: on(140) }, on(95))).toEqual({
    kind: 'keep',
    because: 'hold',
  });
  expect(decideRetention(facts({ hold: true, lockedUntil: undefined }), on(9_999))).toEqual({
    kind: 'keep',
    because: 'hold',
  });
});

test('nightly decisions keep a held object locked for weeks to come, whatever the plan and the length of the hold', () => {
  for (const tier of planTierSchema.options) {
    let lockedUntil = retainUntil(tier, recordedAt);
    for (let day = 0; day < 1_500; day++) {
      const decision = decideRetention(facts({ tier, hold: true, lockedUntil }), on(day));
      expect(decision.kind).not.toBe('expire');
      if (decision.kind === 'extend_lock') lockedUntil = decision.until;
      expect(Date.parse(lockedUntil)).toBeGreaterThanOrEqual(
        Date.parse(on(day + Math.min(holdMarginDays.least, retentionDays[tier]))),
      );
    }
  }
});

test('nothing expires that is locked, held, within its plan or without a checkpoint', () => {
  const day = fc.integer({ min: 0, max: 3_000 });
  fc.assert(
    fc.property(
      fc.constantFrom(...planTierSchema.options),
      fc.boolean(),
      fc.boolean(),
      fc.option(day, { nil: undefined }),
      day,
      (tier, hold, checkpointed, lockedDay, today) => {
        const lockedUntil = lockedDay === undefined ? undefined : on(lockedDay);
        const decision = decideRetention(facts({ tier, hold, checkpointed, lockedUntil }), on(today));
        const mayGo =
          !hold &&
          checkpointed &&
          today >= retentionDays[tier] &&
          (lockedDay === undefined || today >= lockedDay);
        expect(decision.kind === 'expire').toBe(mayGo);
        // A lock is only ever prolonged.
        if (decision.kind === 'extend_lock') {
          expect(Date.parse(decision.until)).toBeGreaterThan(Date.parse(lockedUntil ?? ''));
        }
      },
    ),
  );
});

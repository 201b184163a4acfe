import * as fc from 'fast-check';
import type { Actor, Decision, DecisionRequest } from '../../contracts/decision.ts';
import type { Ticket } from '../../contracts/story.ts';
import { anActor, aProposal } from '../../test/builders/incident.ts';
import { openSlaClock } from '../sla/sla-clock.ts';
import { validateDecision, type DecisionSituation } from './validate-decision.ts';

const now = '2026-11-23T10:00:00.000Z';
const later = '2026-11-24T10:00:00.000Z';
const ann = anActor('Ann');
const bob = anActor('Bob');

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const approve = (number: number, more: Partial<DecisionRequest & { kind: 'approve' }> = {}) =>
  ({ id: idOf(number), kind: 'approve', ...more }) as const;
const reject = (number: number) => ({ id: idOf(number), kind: 'reject', note: 'not now' }) as const;

function aTicket(overrides: Partial<Ticket> = {}): Ticket {
  const clock = openSlaClock({ firstResponseMs: 1_000, resolutionMs: 2_000, reminderMs: 500 }, now);
  return {
    ...clock,
    reason: 'a person is asked',
    proposal: aProposal(),
    approvalsNeeded: 1,
    approvals: [],
    ...overrides,
  };
}

function waiting(overrides: Partial<DecisionSituation> = {}): DecisionSituation {
  return { state: 'waiting_for_person', ticket: aTicket(), taken: [], ...overrides };
}

/** Accepts a decision and applies it as the workflow does. */
function after(situation: DecisionSituation, actor: Actor, request: DecisionRequest): DecisionSituation {
  const judgement = validateDecision(situation, actor, request, now);
  if (judgement.kind !== 'accepted') throw new Error(`not accepted but ${JSON.stringify(judgement)}`);
  const { decision, receipt, approval } = judgement;
  const { ticket } = situation;
  return {
    ...situation,
    taken: [...situation.taken, { decision, receipt }],
    ...(ticket && approval ? { ticket: { ...ticket, approvals: approval.approvals } } : {}),
    ...(receipt.effect === 'applied' ? { settledBy: decision } : {}),
  };
}

const refusal = (code: string) => expect.objectContaining({ kind: 'refused', code }) as unknown;

test('a bare approval runs what the ticket proposes, in the name of the person', () => {
  const request = approve(1, { note: 'go on' });
  expect(validateDecision(waiting(), ann, request, now)).toMatchObject({
    kind: 'accepted',
    decision: { request, actor: ann, at: now },
    receipt: { decisionId: idOf(1), accepted: true, effect: 'applied' },
    approval: {
      proposal: { tier: 'L3', runbook: 'RB-LIN-SSH-001', by: 'Ann', reason: 'go on' },
      approvalsFor: 1,
    },
  });
});

test('an approval lays its parameters over the proposed ones, and alone over another runbook', () => {
  const situation = waiting({
    ticket: aTicket({ proposal: aProposal({ parameters: { mode: 'a', level: 1 } }) }),
  });
  const judged = (request: DecisionRequest) => {
    const judgement = validateDecision(situation, ann, request, now);
    return judgement.kind === 'accepted' ? judgement.approval?.proposal : undefined;
  };
  expect(judged(approve(1, { parameters: { level: 2 } }))).toMatchObject({
    runbook: 'RB-LIN-SSH-001',
    parameters: { mode: 'a', level: 2 },
  });
  expect(judged(approve(2, { runbook: 'RB-LIN-SSH-002', parameters: { level: 2 } }))).toMatchObject({
    runbook: 'RB-LIN-SSH-002',
    parameters: { level: 2 },
  });
});

test('a reader may not decide anything', () => {
  expect(validateDecision(waiting(), anActor('Eve', { role: 'readonly' }), reject(1), now)).toEqual(
    refusal('role_not_allowed'),
  );
});

test.each(['planning', 'healing', 'verifying', 'watching', 'closed', 'snoozed'] as const)(
  'an incident that is %s waits for no decision',
  (state) => {
    expect(validateDecision(waiting({ state }), ann, reject(1), now)).toEqual(refusal('not_waiting'));
  },
);

test('without a ticket there is nothing to decide', () => {
  expect(validateDecision(waiting({ ticket: undefined }), ann, reject(1), now)).toEqual(
    refusal('not_waiting'),
  );
});

test('while the appliance is away people may still decide', () => {
  expect(validateDecision(waiting({ state: 'waiting_for_appliance' }), ann, reject(1), now).kind).toBe(
    'accepted',
  );
});

test('once decided, a ticket takes no second decision', () => {
  expect(validateDecision(after(waiting(), ann, reject(1)), bob, approve(2), now)).toEqual(
    refusal('already_decided'),
  );
});

test('the same decision sent again gets its receipt, whatever became of the incident', () => {
  const situation: DecisionSituation = {
    ...after(waiting(), ann, reject(1)),
    state: 'closed',
    ticket: undefined,
  };
  expect(validateDecision(situation, ann, { note: 'not now', kind: 'reject', id: idOf(1) }, later)).toEqual({
    kind: 'repeated',
    receipt: situation.taken[0]!.receipt,
  });
});

test('an id that decided something else, or for somebody else, is refused', () => {
  const situation = after(waiting(), ann, reject(1));
  expect(validateDecision(situation, ann, approve(1), now)).toEqual(refusal('already_decided'));
  expect(validateDecision(situation, bob, reject(1), now)).toEqual(refusal('already_decided'));
});

test('an approval without any runbook is refused', () => {
  const ticket = aTicket();
  delete ticket.proposal;
  expect(validateDecision(waiting({ ticket }), ann, approve(1), now)).toEqual(refusal('runbook_needed'));
  const named = approve(2, { runbook: 'RB-LIN-SSH-001' });
  expect(validateDecision(waiting({ ticket }), ann, named, now).kind).toBe('accepted');
});

test.each([
  ['runbook_unknown', 'runbook_not_enabled'],
  ['runbook_not_enabled', 'runbook_not_enabled'],
  ['parameters_invalid', 'parameters_invalid'],
] as const)('what the catalogue refuses as %s is refused as %s', (code, expected) => {
  const check = { ok: false, code, reason: 'because' } as const;
  expect(validateDecision(waiting({ check }), ann, approve(1), now)).toEqual({
    kind: 'refused',
    code: expected,
    message: 'because',
  });
});

test('a ticket that changed while the approval was checked is not approved unseen', () => {
  const proposal = aProposal({ runbook: 'RB-LIN-NFT-001' });
  const check = { ok: true, proposal, risk: 'low', approvalsNeeded: 1 } as const;
  expect(validateDecision(waiting({ check }), ann, approve(1), now)).toEqual(refusal('not_waiting'));
});

test('defaults that the catalogue adds to the parameters are no change', () => {
  const proposal = aProposal({ parameters: { mode: 'strict' } });
  const check = { ok: true, proposal, risk: 'low', approvalsNeeded: 1 } as const;
  expect(validateDecision(waiting({ check }), ann, approve(1), now).kind).toBe('accepted');
});

test.each([
  { id: idOf(1), kind: 'snooze', until: now },
  { id: idOf(1), kind: 'accept', expiresAt: '2026-11-23T09:59:59.999Z', note: 'known' },
] as const)('$kind needs a time to come', (request) => {
  expect(validateDecision(waiting(), ann, request, now)).toEqual(refusal('time_not_in_future'));
});

test.each([
  { id: idOf(1), kind: 'snooze', until: later },
  { id: idOf(1), kind: 'accept', expiresAt: later, note: 'known' },
  { id: idOf(1), kind: 'resolve', note: 'did it by hand' },
] as const)('$kind is taken at once', (request) => {
  expect(validateDecision(waiting(), ann, request, now)).toMatchObject({
    kind: 'accepted',
    receipt: { effect: 'applied' },
  });
});

describe('where two people must approve', () => {
  const highRisk = waiting({ ticket: aTicket({ approvalsNeeded: 2 }) });
  const once = after(highRisk, ann, approve(1));

  test('the first approval is kept and the second, by another person, applies', () => {
    expect(once.taken[0]!.receipt.effect).toBe('needs_second_approval');
    expect(once.settledBy).toBeUndefined();
    expect(validateDecision(once, bob, approve(2), now)).toMatchObject({
      kind: 'accepted',
      receipt: { effect: 'applied' },
      approval: { approvalsFor: 2 },
    });
  });

  test.each([
    ['the same person', ann],
    ['one name under two credentials', { ...bob, name: 'Ann' }],
    ['one name written otherwise', { ...bob, name: ' ANN' }],
    ['one credential under two names', { ...bob, credential: ann.credential }],
  ])('%s cannot approve twice', (_who, actor) => {
    expect(validateDecision(once, actor, approve(2), now)).toEqual(refusal('same_person'));
  });

  test('two people who approve different things have not approved anything together', () => {
    const differing = validateDecision(once, bob, approve(2, { parameters: { level: 9 } }), now);
    expect(differing).toMatchObject({
      receipt: { effect: 'needs_second_approval' },
      approval: { approvalsFor: 1 },
    });
  });

  test('a person who approves something else withdraws the first approval', () => {
    const changed = after(once, ann, approve(2, { runbook: 'RB-LIN-SSH-002' }));
    expect(changed.ticket?.approvals).toHaveLength(1);
    expect(validateDecision(changed, bob, approve(3), now)).toMatchObject({
      receipt: { effect: 'needs_second_approval' },
    });
  });

  test('the risk of another runbook than the proposed one decides how many must approve it', () => {
    const proposal = aProposal({ runbook: 'RB-LIN-USR-001' });
    const check = { ok: true, proposal, risk: 'high', approvalsNeeded: 2 } as const;
    const request = approve(1, { runbook: 'RB-LIN-USR-001' });
    expect(validateDecision(waiting({ check }), ann, request, now)).toMatchObject({
      receipt: { effect: 'needs_second_approval' },
    });
    expect(validateDecision(waiting(), ann, request, now)).toMatchObject({
      receipt: { effect: 'needs_second_approval' },
    });
  });

  test('one person may still end it otherwise', () => {
    expect(validateDecision(once, ann, reject(2), now)).toMatchObject({ receipt: { effect: 'applied' } });
  });
});

const people = [ann, bob, anActor('Cleo'), { ...anActor('Dan'), credential: ann.credential }];
const attempt = fc.record({
  actor: fc.constantFrom(...people),
  request: fc.oneof(
    fc.record({
      id: fc.integer({ min: 0, max: 9 }).map(idOf),
      kind: fc.constant('approve' as const),
      runbook: fc.constantFrom('RB-LIN-SSH-001', 'RB-LIN-SSH-002'),
    }),
    fc.record({
      id: fc.integer({ min: 0, max: 9 }).map(idOf),
      kind: fc.constant('reject' as const),
      note: fc.constant('no'),
    }),
  ),
});

test('in any order of attempts a ticket is settled at most once, and an approved one by two people for one thing', () => {
  fc.assert(
    fc.property(fc.array(attempt, { maxLength: 30 }), (attempts) => {
      let situation = waiting({ ticket: aTicket({ approvalsNeeded: 2 }) });
      for (const { actor, request } of attempts) {
        if (validateDecision(situation, actor, request, now).kind === 'accepted') {
          situation = after(situation, actor, request);
        }
      }
      const applied = situation.taken.filter(({ receipt }) => receipt.effect === 'applied');
      expect(applied.length).toBeLessThanOrEqual(1);
      expect(new Set(situation.taken.map(({ decision }) => decision.request.id)).size).toBe(
        situation.taken.length,
      );
      const settled = situation.settledBy;
      if (settled?.request.kind === 'approve') {
        const wanted = settled.request.runbook;
        const behind = situation.ticket!.approvals.filter((one) => runbookOf(one) === wanted);
        expect(new Set(behind.map(({ actor }) => actor.name)).size).toBeGreaterThanOrEqual(2);
        expect(new Set(behind.map(({ actor }) => actor.credential)).size).toBeGreaterThanOrEqual(2);
      }
    }),
  );
});

test('asking again never changes the answer to a decision that was taken', () => {
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 1, maxLength: 15 }), (attempts) => {
      let situation = waiting({ ticket: aTicket({ approvalsNeeded: 2 }) });
      for (const { actor, request } of attempts) {
        if (validateDecision(situation, actor, request, now).kind !== 'accepted') continue;
        situation = after(situation, actor, request);
        const { receipt } = situation.taken.at(-1)!;
        expect(validateDecision(situation, actor, request, later)).toEqual({ kind: 'repeated', receipt });
      }
    }),
  );
});

function runbookOf({ request }: Decision): string | undefined {
  return request.kind === 'approve' ? request.runbook : undefined;
}

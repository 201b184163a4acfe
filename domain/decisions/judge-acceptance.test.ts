import * as fc from 'fast-check';
import type { Decision, DecisionRequest } from '../../contracts/decision.ts';
import type { Ticket } from '../../contracts/story.ts';
import { anActor } from '../../test/builders/incident.ts';
import { openSlaClock } from '../sla/sla-clock.ts';
import { judgeAcceptance } from './judge-acceptance.ts';
import { validateDecision, type DecisionSituation } from './validate-decision.ts';

const at = '2026-11-23T10:00:00.000Z';
const expiresAt = '2026-12-23T10:00:00.000Z';
const state = 'a'.repeat(64);
const moved = 'b'.repeat(64);
const ann = anActor('Ann');
const bob = anActor('Bob');

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const accept = (number: number, more: Partial<DecisionRequest & { kind: 'accept' }> = {}) =>
  ({ id: idOf(number), kind: 'accept', expiresAt, note: 'known and lived with', ...more }) as const;
const decided = (actor = ann, request: Decision['request'] = accept(1)): Decision => ({ request, actor, at });

function aTicket(acceptances: Decision[] = []): Ticket {
  const clock = openSlaClock({ firstResponseMs: 1_000, resolutionMs: 2_000, reminderMs: 500 }, at);
  return { ...clock, reason: 'a person is asked', approvalsNeeded: 1, approvals: [], acceptances };
}

const signedByAnn = { ...decided(), stateDigest: state };

test('accepted risk needs two people: the first signature is kept, the second accepts', () => {
  const first = judgeAcceptance(aTicket(), decided(), state);
  expect(first).toEqual({ kind: 'signed', decision: signedByAnn, acceptances: [signedByAnn] });
  const second = judgeAcceptance(aTicket([signedByAnn]), decided(bob, accept(2)), state);
  expect(second).toMatchObject({
    kind: 'signed',
    risk: { signers: [{ actor: ann }, { actor: bob }], expiresAt, stateDigest: state, acceptedAt: at },
  });
});

test.each([
  ['the same person', ann],
  ['one name under two credentials', { ...bob, name: ' ann' }],
  ['one credential under two names', { ...bob, credential: ann.credential }],
])('%s cannot sign twice', (_who, actor) => {
  expect(judgeAcceptance(aTicket([signedByAnn]), decided(actor, accept(2)), state)).toMatchObject({
    kind: 'refused',
    code: 'same_person',
  });
});

test('two people who accept different times or different states have not accepted anything together', () => {
  const until = accept(2, { expiresAt: '2026-12-24T10:00:00.000Z' });
  expect(judgeAcceptance(aTicket([signedByAnn]), decided(bob, until), state)).not.toHaveProperty('risk');
  expect(judgeAcceptance(aTicket([signedByAnn]), decided(bob, accept(2)), moved)).not.toHaveProperty('risk');
  const sameInstant = accept(2, { expiresAt: '2026-12-23T10:00:00Z' });
  expect(judgeAcceptance(aTicket([signedByAnn]), decided(bob, sameInstant), state)).toHaveProperty('risk');
});

test('a state that moved since the signer looked is refused, and so is an end too far away', () => {
  const judged = (request: Decision['request']) => judgeAcceptance(aTicket(), decided(ann, request), state);
  expect(judged(accept(1, { stateDigest: moved }))).toMatchObject({ code: 'state_moved' });
  expect(judged(accept(1, { stateDigest: state }))).toMatchObject({ kind: 'signed' });
  expect(judged(accept(1, { expiresAt: '2027-11-24T10:00:00.001Z' }))).toMatchObject({
    code: 'time_too_far',
  });
});

test('the update judges by the same rule, and without a digest one person accepts as before', () => {
  const situation: DecisionSituation = { state: 'waiting_for_person', ticket: aTicket(), taken: [] };
  const two = validateDecision({ ...situation, stateDigest: state }, ann, accept(1), at);
  expect(two).toMatchObject({ kind: 'accepted', receipt: { effect: 'needs_second_approval' } });
  expect(validateDecision(situation, ann, accept(1), at)).toMatchObject({ receipt: { effect: 'applied' } });
});

const people = [ann, bob, anActor('Cleo'), { ...anActor('Dan'), credential: ann.credential }];

test('in any order of signatures, what is accepted has two people behind one state and one time', () => {
  const signature = fc.record({
    actor: fc.constantFrom(...people),
    until: fc.constantFrom(expiresAt, '2026-12-24T10:00:00.000Z'),
    digest: fc.constantFrom(state, moved),
  });
  fc.assert(
    fc.property(fc.array(signature, { maxLength: 20 }), (signatures) => {
      let acceptances: Decision[] = [];
      for (const [index, { actor, until, digest }] of signatures.entries()) {
        const request = accept(index, { expiresAt: until });
        const judged = judgeAcceptance(aTicket(acceptances), decided(actor, request), digest);
        if (judged.kind === 'refused') continue;
        acceptances = judged.acceptances;
        if (!judged.risk) continue;
        const { signers, stateDigest, expiresAt: end } = judged.risk;
        expect(new Set(signers.map((each) => each.actor.name)).size).toBe(2);
        expect(new Set(signers.map((each) => each.actor.credential)).size).toBe(2);
        expect(new Set(signers.map((each) => each.stateDigest))).toEqual(new Set([stateDigest]));
        expect(signers.every((each) => 'expiresAt' in each.request && each.request.expiresAt === end)).toBe(
          true,
        );
      }
    }),
  );
});

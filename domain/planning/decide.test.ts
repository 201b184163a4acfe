import fc from 'fast-check';
import { sitePolicySchema } from '../../contracts/site-policy.ts';
import { aCatalog, anObservation, aRunbook } from '../../test/messages-server/planning-builders.ts';
import { candidateRunbooks } from './candidates.ts';
import { decide } from './decide.ts';
import { readAnswer, type ModelBlock, type ModelMessage } from './read-answer.ts';

const policy = sitePolicySchema.parse({});
const allowed = 'RB-LIN-AUDIT-001';
const candidates = candidateRunbooks(aCatalog(), policy, anObservation());

function decideOn(message: ModelMessage, over: Partial<Parameters<typeof decide>[0]> = {}) {
  return decide({ answer: readAnswer(message), candidates, policy, model: 'm', ...over });
}
function callOf(input: Record<string, unknown>, name = 'run_runbook'): ModelMessage {
  return { stopReason: 'tool_use', content: [{ type: 'tool_use', name, input }] };
}
const good = {
  runbook: allowed,
  parameters: { service: 'auditd' },
  confidence: 0.9,
  reason: 'It is stopped.',
};

test('an allowed runbook with valid parameters and enough confidence is proposed', () => {
  expect(decideOn(callOf(good))).toEqual({
    kind: 'propose',
    confidence: 0.9,
    proposal: {
      tier: 'L2',
      runbook: allowed,
      parameters: { service: 'auditd' },
      by: 'm',
      reason: 'It is stopped.',
    },
  });
});

test.each([
  [0.7, 'propose'],
  [0.699, 'unsure'],
  [0, 'unsure'],
])('confidence %d leads to %s', (confidence, outcome) => {
  const decision = decideOn(callOf({ ...good, confidence }));
  expect(decision.kind === 'escalate' ? decision.why : decision.kind).toBe(outcome);
});

test.each([
  ['low', 'low', 'propose'],
  ['medium', 'medium', 'propose'],
  ['medium', 'low', 'risk_above_ceiling'],
  ['high', 'medium', 'risk_above_ceiling'],
] as const)('risk %s under ceiling %s leads to %s', (risk, riskCeiling, outcome) => {
  const decision = decideOn(callOf(good), {
    candidates: new Map([[allowed, aRunbook({ risk })]]),
    policy: { ...policy, riskCeiling },
  });
  expect(decision.kind === 'escalate' ? decision.why : decision.kind).toBe(outcome);
});

test.each(['RB-LIN-WIPE-001', 'rb-lin-audit-001', `${allowed} `, 'constructor', '__proto__', '../x'])(
  'the runbook %j, which is not in the list, is never proposed',
  (runbook) => {
    expect(decideOn(callOf({ ...good, runbook }))).toMatchObject({
      kind: 'escalate',
      why: 'runbook_not_allowed',
    });
  },
);

test.each([
  ['a missing confidence', { ...good, confidence: undefined }],
  ['a confidence above one', { ...good, confidence: 1.5 }],
  ['a confidence that is text', { ...good, confidence: '0.9' }],
  ['an empty reason', { ...good, reason: '  ' }],
  ['an unknown field', { ...good, dryRun: false }],
  ['an unknown parameter', { ...good, parameters: { unit: 'x' } }],
  ['a parameter outside its pattern', { ...good, parameters: { service: '$(reboot)' } }],
  ['parameters that are a list', { ...good, parameters: ['auditd'] }],
])('%s is worth one repair', (_, input) => {
  expect(decideOn(callOf(input)).kind).toBe('repair');
});

test.each(['max_tokens', 'model_context_window_exceeded'])(
  'a call that ends by %s is not trusted however complete it looks',
  (stopReason) => {
    expect(decideOn({ ...callOf(good), stopReason }).kind).toBe('repair');
  },
);

test('a call in prose counts only where it is the only one', () => {
  const text = (count: number) =>
    `So: ${JSON.stringify({ name: 'run_runbook', input: good })}\n`.repeat(count);
  const said = (count: number): ModelMessage => ({
    stopReason: 'end_turn',
    content: [{ type: 'text', text: text(count) }],
  });
  expect(decideOn(said(1)).kind).toBe('propose');
  expect(decideOn(said(2)).kind).toBe('repair');
});

test('what the model says reaches people as one line of bounded length', () => {
  const decision = decideOn(callOf({ ...good, reason: `a\r\n\u001b[31mb\u202e${'x'.repeat(3_900)}` }));
  const reason = decision.kind === 'propose' ? decision.proposal.reason : '';
  expect(reason).toMatch(/^a \[31mb x+$/u);
  expect(reason.length).toBe(2_000);
});

test('whatever the model answers, nothing outside the list is ever proposed', () => {
  const runbook = fc.oneof(fc.string(), fc.constantFrom(allowed, 'RB-LIN-WIPE-001', 'toString'));
  const input = fc.oneof(
    fc.record(
      {
        runbook,
        parameters: fc.oneof(fc.constant({}), fc.dictionary(fc.string(), fc.jsonValue())),
        confidence: fc.oneof(fc.constant(1), fc.double()),
        reason: fc.string(),
      },
      { requiredKeys: [] },
    ),
    fc.jsonValue(),
  );
  const name = fc.oneof(fc.constantFrom('run_runbook', 'escalate'), fc.string());
  const block: fc.Arbitrary<ModelBlock> = fc.oneof(
    fc.record({ type: fc.constant('tool_use' as const), name, input }),
    fc.record({
      type: fc.constant('text' as const),
      text: fc.oneof(
        fc.string(),
        fc.record({ tool: name, input }).map((call) => `x ${JSON.stringify(call)} y`),
      ),
    }),
    fc.constant({ type: 'other' as const }),
  );
  const message = fc.record({
    stopReason: fc.constantFrom('tool_use', 'end_turn', 'max_tokens', 'refusal', null),
    content: fc.array(block, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(message, (answer) => {
      const decision = decideOn(answer);
      if (decision.kind !== 'propose') return;
      expect(decision.proposal.runbook).toBe(allowed);
      expect(decision.confidence).toBeGreaterThanOrEqual(0.7);
      expect(Object.keys(decision.proposal.parameters).filter((key) => key !== 'service')).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

describe('the allow-list', () => {
  const ids = (...args: Parameters<typeof candidateRunbooks>) => [...candidateRunbooks(...args).keys()];
  const other = (over: Parameters<typeof aRunbook>[0]) => aCatalog([aRunbook(over)]);

  test('holds the enabled runbooks for the system and the check', () => {
    expect(ids(aCatalog(), policy, anObservation())).toEqual([allowed]);
    expect(ids(other({ os: ['windows'] }), policy, anObservation())).toEqual([]);
    expect(ids(other({ verify: { check: 'linux.other.check', also: [] } }), policy, anObservation())).toEqual(
      [],
    );
    const off = sitePolicySchema.parse({ runbooks: { [allowed]: { enabled: false } } });
    expect(ids(aCatalog(), off, anObservation())).toEqual([]);
  });

  test('for an error holds only what repairs the means of checking, and for unknown nothing', () => {
    const repairing = other({ repairsChecking: true });
    expect(ids(aCatalog(), policy, anObservation({ status: 'error' }))).toEqual([]);
    expect(ids(repairing, policy, anObservation({ status: 'error' }))).toEqual([allowed]);
    expect(ids(repairing, policy, anObservation({ status: 'unknown' }))).toEqual([]);
  });
});

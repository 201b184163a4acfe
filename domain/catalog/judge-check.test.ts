import fc from 'fast-check';
import { aCheck } from '../../test/builders/catalog.ts';
import { judgeProbeOutput } from './judge-check.ts';

const check = aCheck({
  id: 'linux.demo.thing',
  title: 'A thing that is on',
  description: 'A thing that has to be on for this test.',
  os: ['linux'],
  severity: 'low',
  source: 'a source',
  probe: { script: 'true' },
  facts: {
    state: { type: 'string' },
    count: { type: 'integer', required: false },
    wrong: { type: 'lines' },
  },
  judge: [
    { when: { fact: 'state', equals: 'on' }, status: 'pass', message: 'It is {state}.' },
    { when: { fact: 'count', gt: 3 }, status: 'warning', message: 'There are {count}.' },
    { when: { fact: 'state', equals: 'off' }, status: 'fail', message: 'Wrong: {wrong}; count {count}.' },
  ],
  controls: {
    hipaa: ['164.312(b)'],
    soc2: ['CC7.2'],
    pci_dss: ['10.2.1'],
    nist_csf: ['PR.PS-04'],
    cis_v8: ['8.2'],
  },
});

const judge = (output: string) => judgeProbeOutput(check, output);

test('the first case that holds gives status and message', () => {
  expect(judge('state=on\ncount=9')).toMatchObject({ status: 'pass', message: 'It is on.' });
  expect(judge('state=off\ncount=9')).toMatchObject({ status: 'warning', message: 'There are 9.' });
});

test('lists are shown with their first five members, what is missing as nothing', () => {
  const wrong = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((each) => `wrong=${each}`).join('\n');
  expect(judge(`state=off\n${wrong}`).message).toBe('Wrong: a, b, c, d, e, and 2 more; count nothing.');
  expect(judge('state=off').message).toBe('Wrong: none; count nothing.');
});

test('a missing required fact is unknown, and the message names it and why', () => {
  expect(judge('')).toEqual({
    status: 'unknown',
    message: "The host's answer lacks state.",
    facts: { wrong: [] },
  });
  const padded = `state=${'x'.repeat(20_000)}`;
  expect(judge(padded)).toMatchObject({
    status: 'unknown',
    message: "The host's answer lacks state: it is too long.",
  });
});

test('an answer that fits no case is unknown, never a failure', () => {
  expect(judge('state=half')).toMatchObject({
    status: 'unknown',
    message: "The host's answer fits none of the cases that linux.demo.thing knows.",
  });
});

test('a value with braces is not filled again, and one with control characters cannot forge a line', () => {
  expect(judge('state=off\nwrong={state}').message).toBe('Wrong: {state}; count nothing.');
  expect(judge('state=off\nwrong=a\u2028b\u202ec').message).toBe('Wrong: a\ufffdb\ufffdc; count nothing.');
});

test('no output makes it throw or fail a check that did not say so, and messages stay short single lines', () => {
  const line = fc.tuple(fc.constantFrom('state', 'count', 'wrong', 'x'), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(line), (pairs) => {
      const verdict = judge(pairs.map(([key, value]) => `${key}=${value}`).join('\n'));
      expect(verdict.message.length).toBeLessThanOrEqual(2_000);
      expect(verdict.message).not.toMatch(/[\n\r\u2028]/u);
      expect(verdict.status === 'fail').toBe(
        verdict.facts['state'] === 'off' && verdict.status !== 'warning',
      );
    }),
  );
});

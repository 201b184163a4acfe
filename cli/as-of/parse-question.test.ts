import { CommandError } from '../command-error.ts';
import { parseQuestion } from './parse-question.ts';

const now = new Date('2026-03-02T10:00:00.000Z');
const right = {
  host: 'ehr-server',
  control: '164.312(a)(2)(iv)',
  date: '2026-03-01',
  framework: 'hipaa',
  staleAfter: '24h',
};

test.each([
  ['a day means its end in UTC', '2026-03-01', '2026-03-01T23:59:59.999Z'],
  ['today means now', '2026-03-02', '2026-03-02T10:00:00.000Z'],
  ['a moment may have a time zone', '2026-03-01T08:00:00+02:00', '2026-03-01T06:00:00.000Z'],
])('%s', (_, date, wanted) => {
  expect(parseQuestion({ ...right, date, knownBy: date }, now)).toEqual({
    host: 'ehr-server',
    control: '164.312(a)(2)(iv)',
    framework: 'hipaa',
    date: wanted,
    knownBy: wanted,
    staleAfterSeconds: 86_400,
  });
});

test.each([
  ['90m', 5_400],
  ['7d', 604_800],
])('a finding counts for %s', (staleAfter, seconds) => {
  expect(parseQuestion({ ...right, staleAfter }, now).staleAfterSeconds).toBe(seconds);
});

test.each([
  ['a time that is none', { date: 'soon' }],
  ['a day that is none', { date: '2026-02-30' }],
  ['a moment without a time zone', { date: '2026-03-01T08:00:00' }],
  ['a time to come', { date: '2026-03-03' }],
  ['a time to come that it was known by', { knownBy: '2026-03-02T10:00:01Z' }],
  ['a host that is none', { host: 'a host' }],
  ['a control that is none', { control: 'all of them' }],
  ['a framework that is none', { framework: 'iso' }],
  ['a length that is none', { staleAfter: '0h' }],
])('%s is refused', (_, wrong) => {
  expect(() => parseQuestion({ ...right, ...wrong }, now)).toThrow(CommandError);
});

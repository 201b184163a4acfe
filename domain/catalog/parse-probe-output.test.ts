import fc from 'fast-check';
import { factsSchema } from '../../contracts/facts.ts';
import { parseProbeOutput, probeOutputLimits } from './parse-probe-output.ts';

const reader = (type: 'string' | 'integer' | 'number' | 'boolean' | 'lines', required = true) => ({
  type,
  required,
});
const check = {
  facts: {
    mode: reader('string'),
    port: reader('integer'),
    load: reader('number'),
    running: reader('boolean'),
    wrong: reader('lines'),
    constructor: reader('string', false),
  },
};

test('declared facts are read by type from name=value lines', () => {
  const output = 'mode=no\nport=22\nload=0.25\nrunning=true\nwrong=/a b\nwrong=/c=d\n';
  expect(parseProbeOutput(check, output)).toEqual({
    facts: { mode: 'no', port: 22, load: 0.25, running: true, wrong: ['/a b', '/c=d'] },
    unreadable: {},
  });
});

test('banners, undeclared names, CRLF, colours and replacement characters do no harm', () => {
  const output = [
    'Welcome to host-1!',
    '\u001b]0;title\u0007\u001b[1;32mmode\u001b[0m=\u001b[31mno\u001b[0m \r',
    'PATH=/bin',
    ' port=23',
    'undeclared=1',
    'port=22\r',
    'wrong=caf\ufffd\r',
    '=x',
    'running',
  ].join('\n');
  expect(parseProbeOutput(check, output)).toEqual({
    facts: { mode: 'no', port: 22, wrong: ['caf\ufffd'] },
    unreadable: {},
  });
});

test('the last line of a name counts, and no line of a list is an empty list', () => {
  expect(parseProbeOutput(check, 'mode=yes\nmode=no').facts).toEqual({ mode: 'no', wrong: [] });
});

test.each([
  ['port=22x', 'port'],
  ['port=1e3', 'port'],
  ['port=', 'port'],
  ['port=9999999999999999', 'port'],
  ['load=NaN', 'load'],
  ['load=0x10', 'load'],
  ['running=maybe', 'running'],
  ['running=constructor', 'running'],
])('a value that is not of its type is unreadable: %s', (line, name) => {
  const { facts, unreadable } = parseProbeOutput(check, line);
  expect(Object.hasOwn(facts, name)).toBe(false);
  expect(unreadable[name]).toMatch(/^it is not of type /u);
});

test('what is over a bound is unreadable rather than cut', () => {
  const many = 'wrong=x\n'.repeat(probeOutputLimits.lines + 1);
  const long = `wrong=${'x'.repeat(probeOutputLimits.lineCharacters + 1)}`;
  const text = `mode=${'x'.repeat(probeOutputLimits.textCharacters + 1)}`;
  expect(parseProbeOutput(check, many).unreadable['wrong']).toBe('it has more than 1000 lines');
  expect(parseProbeOutput(check, long).unreadable['wrong']).toBe(
    'it has a line of more than 4096 characters',
  );
  expect(parseProbeOutput(check, text).unreadable['mode']).toBe('it is too long');
});

test('an output over the whole bound gives no fact at all, so that padding cannot push one out', () => {
  const { facts, unreadable } = parseProbeOutput(
    check,
    `mode=no\n${'#'.repeat(probeOutputLimits.characters)}`,
  );
  expect(facts).toEqual({});
  expect(Object.keys(unreadable)).toEqual(Object.keys(check.facts));
});

const name = fc.constantFrom('mode', 'port', 'load', 'running', 'wrong', 'constructor', '__proto__');
const hostile = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(name, fc.string({ unit: 'binary' })).map(([key, value]) => `${key}=${value}`),
    fc.constantFrom('\u001b[', '\u001b]', '\u0000', '\ud800', '\r', '='),
  ),
);

test('no output makes it throw, and what it reads are always facts of declared names', () => {
  fc.assert(
    fc.property(hostile, (lines) => {
      const { facts } = parseProbeOutput(check, lines.join('\n'));
      expect(factsSchema.safeParse(facts).success).toBe(true);
      for (const key of Object.keys(facts)) expect(Object.hasOwn(check.facts, key)).toBe(true);
    }),
  );
});

test('what a probe prints comes back, whatever noise stands between', () => {
  const line = fc.stringMatching(/^[!-~]{1,30}$/u);
  const noise = fc.stringMatching(/^[A-Z#* ][ -~]{0,30}$/u);
  fc.assert(
    fc.property(fc.array(line), fc.integer(), fc.array(noise), (wrong, port, noises) => {
      const output = [...wrong.map((text) => `wrong=${text}`), `port=${port}`].join(
        `\n${noises.join('\r\n')}\n`,
      );
      expect(parseProbeOutput(check, output).facts).toEqual({ wrong, port });
    }),
  );
});

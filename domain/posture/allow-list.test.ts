import * as fc from 'fast-check';
import { isAllowed, parseAllowList, type AllowEntry } from './allow-list.ts';
import { diffAllowLists } from './diff-allow-lists.ts';
import { listenerLine, parseListener, type Listener } from './listener.ts';

function entriesOf(text: string): AllowEntry[] {
  const parsed = parseAllowList(text);
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return parsed.entries;
}
function listener(line: string): Listener {
  const read = parseListener(line);
  if (read === undefined) throw new Error(line);
  return read;
}
const allows = (list: string, line: string) => isAllowed(listener(line), entriesOf(list));

test('reads the forms of entries, with blanks around the commas', () => {
  expect(entriesOf('tcp/22/sshd , udp/123,tcp/8000-8100, tcp/5432@private,tcp/9/a@link')).toEqual([
    { text: 'tcp/22/sshd', protocol: 'tcp', firstPort: 22, lastPort: 22, process: 'sshd', exposure: 'any' },
    { text: 'udp/123', protocol: 'udp', firstPort: 123, lastPort: 123, exposure: 'any' },
    { text: 'tcp/8000-8100', protocol: 'tcp', firstPort: 8000, lastPort: 8100, exposure: 'any' },
    { text: 'tcp/5432@private', protocol: 'tcp', firstPort: 5432, lastPort: 5432, exposure: 'private' },
    { text: 'tcp/9/a@link', protocol: 'tcp', firstPort: 9, lastPort: 9, process: 'a', exposure: 'link' },
  ]);
  expect(entriesOf('  ')).toEqual([]);
});

test.each([
  ['22', '"22" is not of the form protocol/port, as tcp/22'],
  ['sctp/22', '"sctp/22" has the protocol sctp, which is neither tcp nor udp'],
  ['TCP/22', '"TCP/22" has the protocol TCP, which is neither tcp nor udp'],
  ['tcp/0', '"tcp/0" has the port 0, which is not a number from 1 to 65535 or a range of them'],
  ['tcp/65536', '"tcp/65536" has the port 65536, which is not a number from 1 to 65535 or a range of them'],
  ['tcp/ssh', '"tcp/ssh" has the port ssh, which is not a number from 1 to 65535 or a range of them'],
  [
    'tcp/1-99999',
    '"tcp/1-99999" has the port 1-99999, which is not a number from 1 to 65535 or a range of them',
  ],
  ['tcp/90-80', '"tcp/90-80" has the range 90-80, which ends before it begins'],
  ['tcp/22/', '"tcp/22/" has no process after its second slash, or one with spaces'],
  ['tcp/22/a b', '"tcp/22/a b" has no process after its second slash, or one with spaces'],
  ['tcp/22@lan', '"tcp/22@lan" has the exposure lan, which is none of loopback, link, private, public, any'],
  ['tcp/22,,udp/1', '"" is empty: there is a comma too many'],
])('refuses %s with the reason', (text, problem) => {
  expect(parseAllowList(`tcp/1, ${text}`)).toEqual({ ok: false, problems: [problem] });
});

test('tells every fault at once', () => {
  expect(parseAllowList('x,y')).toMatchObject({ problems: [expect.anything(), expect.anything()] });
});

test.each([
  ['tcp/22', 'tcp 0.0.0.0 22 sshd', true],
  ['udp/22', 'tcp 0.0.0.0 22 sshd', false],
  ['tcp/20-30', 'tcp [::] 30 sshd', true],
  ['tcp/20-30', 'tcp [::] 31 sshd', false],
  ['tcp/22/sshd', 'tcp * 22 sshd', true],
  ['tcp/22/sshd', 'tcp * 22 nc', false],
  ['tcp/22/sshd', 'tcp * 22 -', false],
  ['tcp/22/sshd', 'tcp * 22 sshd,nc', false],
  ['tcp/22/sshd,tcp/22/nc', 'tcp * 22 sshd,nc', true],
  ['tcp/22/sshd,tcp/22', 'tcp * 22 -', true],
  ['tcp/5432@private', 'tcp 10.0.0.5 5432 postgres', true],
  ['tcp/5432@private', 'tcp 127.0.0.1 5432 postgres', true],
  ['tcp/5432@private', 'tcp 0.0.0.0 5432 postgres', false],
  ['tcp/5432@private', 'tcp 203.0.113.9 5432 postgres', false],
  ['tcp/5432@private,tcp/5432/postgres', 'tcp 0.0.0.0 5432 postgres', true],
  ['tcp/5432@private,tcp/5432/postgres', 'tcp 0.0.0.0 5432 nc', false],
  ['', 'tcp 0.0.0.0 22 sshd', false],
])('%j on %s: %s', (list, line, allowed) => {
  expect(allows(list, line)).toBe(allowed);
});

test.each([
  'tcp 0.0.0.0',
  'tcp 0.0.0.0 0 x',
  'tcp 0.0.0.0 65536 x',
  'sctp 0.0.0.0 22 x',
  'tcp localhost 22 x',
  'tcp 0.0.0.0:22 x',
  '',
])('%j is no listener', (line) => {
  expect(parseListener(line)).toBeUndefined();
});

test('a line is normalised, whatever writes it', () => {
  expect(listenerLine(listener('TCP6  [::FFFF:10.0.0.1]   22  tmux: server, sshd,sshd'))).toBe(
    'tcp 10.0.0.1 22 tmux: server,sshd private',
  );
  expect(listenerLine(listener('udp [fe80::1]%eth0 546'))).toBe('udp fe80::1%eth0 546 - link');
});

const anyListener = fc
  .record({
    protocol: fc.constantFrom('tcp', 'udp'),
    address: fc.constantFrom('0.0.0.0', '10.0.0.1', '127.0.0.1', '203.0.113.1'),
    port: fc.integer({ min: 20, max: 25 }),
    process: fc.constantFrom('-', 'a', 'b', 'a,b'),
  })
  .map(({ protocol, address, port, process }) => listener(`${protocol} ${address} ${port} ${process}`));
const anyEntry = fc
  .record({
    protocol: fc.constantFrom('tcp', 'udp'),
    first: fc.integer({ min: 20, max: 25 }),
    more: fc.integer({ min: 0, max: 3 }),
    process: fc.constantFrom('', '/a', '/b'),
    exposure: fc.constantFrom('', '@loopback', '@private', '@public', '@any'),
  })
  .map(
    ({ protocol, first, more, process, exposure }) =>
      `${protocol}/${first}-${first + more}${process}${exposure}`,
  );
const anyList = fc.array(anyEntry, { maxLength: 5 }).map((entries) => entries.join(','));

test('another entry never makes an allowed listener unexpected', () => {
  fc.assert(
    fc.property(anyList, anyEntry, anyListener, (list, more, each) => {
      if (isAllowed(each, entriesOf(list)))
        expect(isAllowed(each, [...entriesOf(list), ...entriesOf(more)])).toBe(true);
    }),
  );
});

test('a diff says of every listener what the two lists say of it, and nothing where they are the same', () => {
  fc.assert(
    fc.property(anyList, anyList, fc.array(anyListener, { maxLength: 8 }), (before, after, listeners) => {
      const diff = diffAllowLists(entriesOf(before), entriesOf(after), listeners);
      for (const each of listeners) {
        const [now, then] = [isAllowed(each, entriesOf(before)), isAllowed(each, entriesOf(after))];
        expect(diff.newlyUnexpected.includes(each)).toBe(now && !then);
        expect(diff.newlyAllowed.includes(each)).toBe(!now && then);
        expect(diff.stillUnexpected.includes(each)).toBe(!now && !then);
      }
      expect(diffAllowLists(entriesOf(before), entriesOf(before), listeners)).toMatchObject({
        added: [],
        removed: [],
        newlyUnexpected: [],
        newlyAllowed: [],
      });
    }),
  );
});

test('a diff names the entries that come and go by what they mean', () => {
  const before = entriesOf('tcp/22,tcp/80-80, udp/1');
  const after = entriesOf('tcp/22@any, tcp/80, udp/1@link');
  expect(diffAllowLists(before, after, [listener('udp 0.0.0.0 1 x')])).toMatchObject({
    added: ['udp/1@link'],
    removed: ['udp/1'],
    newlyUnexpected: [{ port: 1 }],
  });
});

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { createScrubber, identifiersIn } from './scrub.ts';

const scrub = createScrubber({ hmac: (text) => createHmac('sha256', 'site-a').update(text).digest('hex') });
const kinds = (text: string) => scrub(text).replace(/\[([A-Z]+):[0-9a-f]{8}\]/gu, '[$1]');

test.each([
  ['12\u200d3-\u00ad45-67\ufeff89', '[SSN]'],
  ['١٢٣-٤٥-٦٧٨٩', '[SSN]'],
  ['12З-45-6789', '[SSN]'],
  ['l23-45-67B9 is no number', 'l23-45-67B9 is no number'],
  ['l23-45-678O', '[SSN]'],
  ['123&#45;45&#x2d;6789', '[SSN]'],
  ['&amp;#49;23-45-6789', '[SSN]'],
  ['%31%32%33-45-6789', '[SSN]'],
  ['%2531%2532%2533-45-6789', '[SSN]'],
  ['\\u0031\\u0032\\u0033-45-6789', '[SSN]'],
  ['\\\\u0031\\\\x32\\\\u{33}-45-6789', '[SSN]'],
  ['{\\"ssn\\":\\"123456789\\"}', '{\\"ssn\\":\\"[SSN]\\"}'],
  ['123 - 45 - 6789', '[SSN]'],
  ['123-45 6789', '[SSN]'],
  ['1 2 3-4 5-6 7 8 9', '[SSN]'],
  ['123-45-\n  6789', '[SSN]'],
  ['1\u03362\u03363-45-6789', '[SSN]'],
  ['𝟏𝟐𝟑-𝟒𝟓-𝟔𝟕𝟖𝟗', '[SSN]'],
  ['SЅN: 123456789', 'SЅN: [SSN]'],
  ['(555)\n867-5309', '[PHONE]'],
  ['555.867-53O9', '[PHONE]'],
  ['jane [at] clinic (dot) example', '[EMAIL]'],
  ['03\\/14\\/1962', '[DATE]'],
  ['03 / 14 / 1962', '[DATE]'],
  ['Dr. Mаrtinez', 'Dr. [NAME]'],
  ['Spoke with J a n e  D o e today', 'Spoke with [NAME] today'],
  ['Nguye&#x302;&#x303;n Van Anh called', '[NAME] called'],
  ['MAR%C3%8DA HERN%C3%81NDEZ', '[NAME]'],
])('reads %j', (text, expected) => {
  expect(kinds(text)).toBe(expected);
});

test('an identifier has one token, however it is disguised', () => {
  const plain = scrub('123-45-6789');
  for (const text of [
    '1\u200b23-45-6789',
    '１２３-４５-６７８９',
    '%3123-45-6789',
    '&#49;23-45-6789',
    'l23-45-6789',
  ]) {
    expect(scrub(text)).toBe(plain);
  }
  expect(scrub('José Hernández')).toBe(scrub('JOSE HERNANDEZ'));
});

test('what is no identifier stays byte for byte, disguises and all', () => {
  const text = 'ﬁle “a”\u200b is at C:\\new\\temp 50%25 &amp; caf\u0065\u0301\n';
  expect(scrub(text)).toBe(text);
});

test('an escape inside an identifier goes with it, and offsets stay true around it', () => {
  const disguise = fc.constantFrom(
    (digit: string) => `&#${digit.charCodeAt(0)};`,
    (digit: string) => `%${digit.charCodeAt(0).toString(16)}`,
    (digit: string) => `\\u00${digit.charCodeAt(0).toString(16)}`,
    (digit: string) => `${digit}\u200b`,
    (digit: string) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0),
    (digit: string) => digit,
  );
  const around = fc.string({
    unit: fc.constantFrom('a', ' ', 'é', '😀', '\u200b', '&amp;', '%20', '.'),
    maxLength: 30,
  });
  fc.assert(
    fc.property(
      fc.array(disguise, { minLength: 11, maxLength: 11 }),
      around,
      around,
      (wear, before, after) => {
        const worn = Array.from('123-45-6789', (digit, index) => wear[index]?.(digit) ?? digit).join('');
        const finds = identifiersIn(`${before} ${worn} ${after}`);
        expect(finds).toEqual([
          { kind: 'SSN', start: before.length + 1, end: before.length + 1 + worn.length },
        ]);
      },
    ),
  );
});

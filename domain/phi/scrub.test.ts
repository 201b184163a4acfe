import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { createScrubber, scrubFacts } from './scrub.ts';

const hmac = (text: string) => createHmac('sha256', 'site-a').update(text).digest('hex');
const scrub = createScrubber({ hmac });
const scrubAddresses = createScrubber({ hmac, addresses: true });
/** The text with tokens shortened to their kind. */
const kinds = (text: string) => scrub(text).replace(/\[([A-Z]+):[0-9a-f]{8}\]/gu, '[$1]');

test.each([
  ['SSN 123-45-6789 on file', 'SSN [SSN] on file'],
  ['123 45 6789', '[SSN]'],
  ['social security number: 123456789', 'social security number: [SSN]'],
  ['{"ssn":"123-45-6789"}', '{"ssn":"[SSN]"}'],
  ['123\u200b-45\u20116789', '[SSN]'],
  ['１２３-４５-６７８９', '[SSN]'],
  ['MRN: 00482913', 'MRN: [MRN]'],
  ['MRN#A-4482', 'MRN#[MRN]'],
  ['Medical record number 4482913', 'Medical record number [MRN]'],
  ['patient_id=P100234', 'patient_id=[MRN]'],
  ['DOB: 03/14/1962', 'DOB: [DATE]'],
  ['born 14.03.1962 in', 'born [DATE] in'],
  ['seen 2026-11-20T03:00:00Z by', 'seen [DATE] by'],
  ['on March 14, 1962 and 14 Mar 1962', 'on [DATE] and [DATE]'],
  ['Nov 20 backup', '[DATE] backup'],
  ['call (555) 867-5309 or 555-867-5309 x12', 'call [PHONE] or [PHONE]'],
  ['+44 20 7946 0958', '[PHONE]'],
  ['phone: 5558675309', 'phone: [PHONE]'],
  ['mail jane.doe+x@clinic.example.com now', 'mail [EMAIL] now'],
  ['at 42 Elm Street, Springfield, IL 62704', 'at [ADDRESS]'],
  ['at 1600 N. Pennsylvania Ave. Apt 4B', 'at [ADDRESS]'],
  ['PO Box 1234', '[ADDRESS]'],
  ['Member ID: XYZ123456789', 'Member ID: [PLAN]'],
  ['account number 4111111111', 'account number [ACCOUNT]'],
  ['card 4111 1111 1111 1111', 'card [ACCOUNT]'],
  ['medicare 1EG4-TE5-MK73', 'medicare [PLAN]'],
  ['see https://portal.example.com/p/123?q=1 there', 'see [URL] there'],
  ['serial number: SN-99X-1234', 'serial number: [DEVICE]'],
  ['nic 00:1a:2b:3c:4d:5e up', 'nic [DEVICE] up'],
  ['Patient: Jane Doe, seen', 'Patient: [NAME], seen'],
  ['Patient: doe, jane', 'Patient: [NAME]'],
  ['{"patient_name":"José Núñez"}', '{"patient_name":"[NAME]"}'],
  ['Patient: DOE^JANE', 'Patient: [NAME]'],
  ['Name: Mary-Ann O’Neil', 'Name: [NAME]'],
  ['Dr. Robert Miller ordered it', 'Dr. [NAME] ordered it'],
  ['seen by Mrs Smith today', 'seen by Mrs [NAME] today'],
])('scrubs %j', (text, expected) => {
  expect(kinds(text)).toBe(expected);
});

test.each([
  'auditd is inactive (dead) since boot; exit code 127',
  'PermitRootLogin yes in /etc/ssh/sshd_config.d/50-x.conf line 12',
  'kernel 6.12.48+deb13-amd64, openssh 10.0p1-7',
  'uid=0(root) gid=0(root) groups=0(root)',
  'mode 0777 on /etc/shadow, size 1234567',
  'offset 0.000123456 seconds, stratum 3, drift -12.345 ppm',
  'tcp dport { 22, 443 } accept; policy drop',
  'listening on 10.0.0.5:8443 and [::]:22',
  'user backup-svc in group wheel, shell /bin/bash',
])('leaves the technical text %j as it is', (text) => {
  expect(scrub(text)).toBe(text);
});

test('IP addresses go only where asked', () => {
  const text = 'from 192.168.10.20 and fe80::1ff:fe23:4567:890a to 2001:db8::1';
  expect(scrub(text)).toBe(text);
  expect(scrubAddresses(text)).toMatch(/^from \[IP:\w+\] and \[IP:\w+\] to \[IP:\w+\]$/u);
});

test('equal identifiers have equal tokens however they are written, other ones and other sites have others', () => {
  expect(scrub('123-45-6789')).toBe(scrub('123 45 6789'));
  expect(scrub('Patient: Jane Doe')).toBe(scrub('Patient: JANE  DOE'));
  expect(scrub('(555) 867-5309')).toBe(scrub('+1 555 867 5309'));
  expect(scrub('123-45-6789')).not.toBe(scrub('123-45-6780'));
  const other = createScrubber({ hmac: (text) => createHmac('sha256', 'site-b').update(text).digest('hex') });
  expect(other('123-45-6789')).not.toBe(scrub('123-45-6789'));
});

test('a planted identifier is gone from any surrounding text', () => {
  const digit = fc.integer({ min: 0, max: 9 });
  const digits = (count: number) =>
    fc.array(digit, { minLength: count, maxLength: count }).map((all) => all.join(''));
  const planted = fc.oneof(
    fc.tuple(digits(3), digits(2), digits(4)).map((parts) => parts.join('-')),
    fc.tuple(digits(3), digits(4)).map(([a, b]) => `(555) ${a}-${b}`),
    fc.stringMatching(/^[a-z]{3,12}\.[a-z]{3,12}@[a-z]{3,12}\.(?:com|org)$/u),
    fc.integer({ min: 1920, max: 2026 }).map((year) => `03/14/${year}`),
  );
  const around = fc.string({
    unit: fc.constantFrom('a', 'Z', ' ', '.', ',', ':', '\n', '"', '{', 'é', '文'),
  });
  fc.assert(
    fc.property(around, planted, around, (before, identifier, after) => {
      expect(scrub(`${before} ${identifier} ${after}`)).not.toContain(identifier);
    }),
  );
});

test('tokens of an earlier pass stay as they are', () => {
  const once = scrub('Patient: Jane Doe, SSN 123-45-6789, 03/14/1962, jane@example.com');
  expect(scrub(once)).toBe(once);
  expect(scrub('[SSN:20240101] and [NAME:deadbeef]')).toBe('[SSN:20240101] and [NAME:deadbeef]');
});

test('facts are scrubbed by what they say and by what their name says', () => {
  const facts = scrubFacts(
    {
      ssn: 123456789,
      patient_name: 'jane',
      last_user: 'Patient: Jane Doe',
      accounts: ['root', 'jane@example.com'],
      uid: 123456789,
      enabled: false,
      dob: null,
      phone: '',
    },
    scrub,
    hmac,
  );
  expect(facts).toEqual({
    ssn: expect.stringMatching(/^\[SSN:[0-9a-f]{8}\]$/u) as string,
    patient_name: expect.stringMatching(/^\[NAME:[0-9a-f]{8}\]$/u) as string,
    last_user: expect.stringMatching(/^Patient: \[NAME:[0-9a-f]{8}\]$/u) as string,
    accounts: ['root', expect.stringMatching(/^\[EMAIL:[0-9a-f]{8}\]$/u) as string],
    uid: 123456789,
    enabled: false,
    dob: null,
    phone: '',
  });
  expect(facts['ssn']).toBe(scrub('123-45-6789'));
});

const hostile = [
  'a',
  '1',
  ' ',
  '-',
  '.',
  ':',
  '@',
  'A ',
  '1 ',
  '1-',
  'a.',
  'a@',
  'a@a.',
  '1:',
  'f:',
  '::',
  'Aa ',
  '1 Aa ',
  'Dr ',
  'Patient: ',
  'name:',
  'name: a ',
  'ssn ',
  'mrn',
  'account:',
  'https://',
  'www.',
  '[SSN:',
  'jan ',
  '12/',
  '+1 ',
  'AB 1',
  'Jane ',
  'Jane, ',
  'Xolani ',
  'jane doe ',
  'jane.doe.',
  'J a ',
  'J. ',
  'A-',
  'a^',
  '&#',
  '&amp;',
  '%2',
  '%25',
  '\\u',
  '\\',
  '\u200b',
  'e\u0301',
  '\u0661',
  'а',
  'PID|',
  '(0010,0010) PN [',
  'a.jpg',
  'face-',
  'Aa, ',
  'Aa, AK ',
  '12 Aa St ',
  'a @ ',
  'a . ',
  'lives in Aa ',
  'name (',
  '<name>',
  '1\n',
  '1 / ',
  '(1',
  '((',
  'O',
  'l ',
  'GB12 ABCD ',
  'mrn: 1 ',
  'mrn value ',
];
test.each(hostile)('takes time in proportion to its input for runs of %j', (unit) => {
  const text = unit.repeat(Math.ceil(100_000 / unit.length));
  const startedAt = performance.now();
  scrubAddresses(text);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

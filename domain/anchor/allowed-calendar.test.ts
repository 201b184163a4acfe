import { isAllowedCalendar } from './allowed-calendar.ts';

const allowed = [
  'https://*.calendar.opentimestamps.org',
  'http://127.0.0.1:14788',
  'https://ots.example/cal/',
];

test.each([
  'https://alice.btc.calendar.opentimestamps.org',
  'https://Bob.calendar.opentimestamps.org/',
  'http://127.0.0.1:14788',
  'https://ots.example/cal',
])('%s may be asked', (uri) => {
  expect(isAllowedCalendar(uri, allowed)).toBe(true);
});

test.each([
  'http://alice.btc.calendar.opentimestamps.org',
  'https://calendar.opentimestamps.org',
  'https://.calendar.opentimestamps.org.evil.example',
  'https://evilcalendar.opentimestamps.org',
  'https://*.calendar.opentimestamps.org',
  'https://alice.calendar.opentimestamps.org:8443',
  'https://alice.calendar.opentimestamps.org/other',
  'http://127.0.0.1:14789',
  'http://127.0.0.1',
  'http://169.254.169.254/latest/meta-data',
  'https://ots.example/cal/../admin',
  'https://ots.example/',
  'https://user@ots.example/cal',
  'ftp://ots.example/cal',
  '',
])('%j may not', (uri) => {
  expect(isAllowedCalendar(uri, allowed)).toBe(false);
});

import { parseOsRelease } from './host-os.ts';

test.each([
  ['ID=debian\nVERSION_ID="12"\n', { family: 'linux', id: 'debian', version: '12' }],
  [`NAME='x'\nID='rocky'\nVERSION_ID=9.4`, { family: 'linux', id: 'rocky', version: '9.4' }],
  ['ID=arch\n', { family: 'linux', id: 'arch', version: 'unknown' }],
  ['', { family: 'linux', id: 'unknown', version: 'unknown' }],
  [`ID=${'x'.repeat(100)}`, { family: 'linux', id: 'x'.repeat(64), version: 'unknown' }],
])('reads %j', (text, os) => {
  expect(parseOsRelease(text)).toEqual(os);
});

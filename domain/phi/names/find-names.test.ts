import { findNames } from './find-names.ts';

const named = (text: string) => findNames(text).map(({ start, end }) => text.slice(start, end));

test.each([
  ['Jane Qwertyson called', ['Jane Qwertyson']],
  ['Spoke with Xolani Mkhwanazi about it', ['Xolani Mkhwanazi']],
  ['Xolani Mkhwanazi (DOB 1980) is here', ['Xolani Mkhwanazi']],
  ['MKHWANAZI XOLANI DOB 1980', ['MKHWANAZI XOLANI']],
  ["Xolani Mkhwanazi's chart", ['Xolani Mkhwanazi']],
  ['her husband Xolani waits', ['Xolani']],
  ['Seen: Jane Doe, Xolani Mkhwanazi and Ebele Achebe', ['Jane Doe', 'Xolani Mkhwanazi', 'Ebele Achebe']],
  ['Doe, Jane was in', ['Doe, Jane']],
  ['DOE^JANE^Q', ['DOE^JANE^Q']],
  ['jane doe is asking', ['jane doe']],
  ['home of jane.doe', ['jane.doe']],
  ['Nguyễn Thị Hồng came', ['Nguyễn Thị Hồng']],
  ['Fatima bint Khalid al-Rashid came', ['Fatima bint Khalid al-Rashid']],
  ['María de la Cruz came', ['María de la Cruz']],
  ['Mark Young called', ['Mark Young']],
  ['John Q. Public wrote', ['John Q. Public']],
  ['Zhang Wei and Patel left', ['Zhang Wei', 'Patel']],
])('finds the names of %j', (text, expected) => {
  expect(named(text).toSorted()).toEqual(expected.toSorted());
});

test.each([
  'Started OpenBSD Secure Shell server.',
  'Reached target Multi-User System.',
  'Mark all as read; Will Call; May update',
  'jenkins.service: Main process exited',
  '/home/maria/.ssh/authorized_keys',
  'host maria-pc.example maria1 MARIA_DB',
  'GNU Bourne-Again SHell',
  'Failed password for invalid user admin from 10.0.0.1',
  'kernel: Intel(R) Core(TM) i5',
  'Windows Defender Antivirus Service is stopped',
  'NetworkManager and PostgreSQL are running',
  'option --maria or $MARIA or maria=1',
])('finds none in %j', (text) => {
  expect(named(text)).toEqual([]);
});

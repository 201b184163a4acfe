import { createHmac } from 'node:crypto';
import { createScrubber } from './scrub.ts';

const scrub = createScrubber({ hmac: (text) => createHmac('sha256', 'site-a').update(text).digest('hex') });
const kinds = (text: string) => scrub(text).replace(/\[([A-Z]+):[0-9a-f]{8}\]/gu, '[$1]');

test.each([
  // (A) names
  ['next of kin: roe, richard', 'next of kin: [NAME]'],
  ['Signed by: Ann Other', 'Signed by: [NAME]'],
  ['<name>Ann Other</name>', '<name>[NAME]</name>'],
  ['Ann Other, RN', '[NAME], RN'],
  ['PID|1||77123^^^H||ROE^RICHARD||19620314', 'PID|1||[MRN]^^^H||[NAME]||[DATE]'],
  ['NK1|1|ROE^RHEA|SPO', 'NK1|1|[NAME]|SPO'],
  ['(0010,0010) PN [ROE^RICHARD]', '(0010,0010) PN [[NAME]]'],
  // (B) places; a ZIP code goes whole
  ['lives in Kettering', 'lives in [ADDRESS]'],
  ['at 9 calle Luna', 'at 9 calle Luna'],
  ['Calle Luna 9, Ponce', '[ADDRESS]'],
  ['Lindenstraße 12', '[ADDRESS]'],
  ['on Elm Street today', 'on [ADDRESS] today'],
  ['the county of Greene', 'the county of [ADDRESS]'],
  ['Greene County', '[ADDRESS]'],
  ['town: Xenia', 'town: [ADDRESS]'],
  ['Xenia, OH 45385', '[ADDRESS]'],
  ['zip 45385', 'zip [ADDRESS]'],
  ['45385-1234', '[ADDRESS]'],
  ['P.O. Box 12', '[ADDRESS]'],
  ['postal code: K1A 0B1', 'postal code: [ADDRESS]'],
  ['a patient from Xenia', 'a patient from [ADDRESS]'],
  ['Ohio', 'Ohio'],
  // (C) dates and ages over 89
  ['on 3/14 and 1/2 done', 'on [DATE] and 1/2 done'],
  ['14 de marzo de 1962', '[DATE]'],
  ['14. März 1962', '[DATE]'],
  ['14th of March', '[DATE]'],
  ['March 1962', '[DATE]'],
  ['03/1962', '[DATE]'],
  ['14-MAR-62', '[DATE]'],
  ['14/Mar/1962:03:00:01 +0000', '[DATE]'],
  ['born 3/62', 'born [DATE]'],
  ['in 1962', 'in 1962'],
  ['age 93', 'age [AGE]'],
  ['a 101-year-old', 'a [AGE]-year-old'],
  ['aged 88', 'aged 88'],
  ['max-age=120; age 95 days', 'max-age=120; age 95 days'],
  // (D)–(F) telephone, fax, e-mail
  ['fax 5558675309', 'fax [PHONE]'],
  ['call 867-5309', 'call [PHONE]'],
  ['0044 20 7946 0958', '[PHONE]'],
  ['postgresql@17-main.service', 'postgresql@17-main.service'],
  // (G)–(J)
  ['last four of SSN: 6789', 'last four of SSN: [SSN]'],
  ['SSN XXX-XX-6789', 'SSN [SSN]'],
  ['soc sec no 123 45 6789', 'soc sec no [SSN]'],
  ['<mrn>00482913</mrn>', '<mrn>[MRN]</mrn>'],
  ['"mrn": {"value": "00482913"}', '"mrn": {"value": "[MRN]"}'],
  ['MRN is 4482913', 'MRN is [MRN]'],
  ['chart # A-4482', 'chart # [MRN]'],
  ['subscriber no. W1234567', 'subscriber no. [PLAN]'],
  ['bond0: member eth0 is up', 'bond0: member eth0 is up'],
  ['iban DE89370400440532013000', 'iban [ACCOUNT]'],
  ['GB82 WEST 1234 5698 7654 32', '[ACCOUNT]'],
  ['4111-1111-1111-1112', '4111-1111-1111-1112'],
  // (K)–(M)
  ['driver’s license D1234567', 'driver’s license [LICENCE]'],
  ["driver's license: D1234567", "driver's license: [LICENCE]"],
  ['DEA AB1234563', 'DEA [LICENCE]'],
  ['NPI 1234567893', 'NPI [LICENCE]'],
  ['license plate ABC 1234', 'license plate [VEHICLE]'],
  ['1M8GDM9AXKP042788', '[VEHICLE]'],
  ['1M8GDM9A1KP042788', '1M8GDM9A1KP042788'],
  ['s/n 12AB-34', 's/n [DEVICE]'],
  ['IMEI 490154203237518', 'IMEI [DEVICE]'],
  ['(01)00643169007222(17)141120(10)A213B1(21)1234', '[DEVICE]'],
  ['001a.2b3c.4d5e', '[DEVICE]'],
  ['Serial: 8250/16550 driver', 'Serial: 8250/16550 driver'],
  // (P)–(R)
  ['fingerprint template 00ff12ab', 'fingerprint template [BIOMETRIC]'],
  ['ED25519 key fingerprint is SHA256:abc123', 'ED25519 key fingerprint is SHA256:abc123'],
  ['face_12.jpg', '[PHOTO]'],
  ['photo: x12.png', 'photo: [PHOTO]'],
  ['background.png', 'background.png'],
  ['passport X1234567', 'passport [ID]'],
  ['rx # 7712345', 'rx # [ID]'],
  ['943 476 5919', '[ID]'],
  ['AB 12 34 56 C', '[ID]'],
])('reads %j', (text, expected) => {
  expect(kinds(text)).toBe(expected);
});

test.each([
  'kernel: e1000e 0000:00:1f.6 eno1: NIC Link is Up 1000 Mbps Full Duplex',
  '/dev/mapper/vg0-home 40531700 54965944 96280673 87% /home',
  'cpu  1234567 890 345678 12345678 9012 0 3456 0 0 0',
  'ii  openssh-server  1:10.0p1-7+deb13u1  amd64  secure shell (SSH) server',
  'audit(1700000000.123:456): pid=1234 uid=0 auid=4294967295',
  'LISTEN 0 4096 127.0.0.54:53 0.0.0.0:*',
  'tcp dport 22-1024 accept; packets 1234567 bytes 123456789',
  '2 errors in place, 3 disks in drive, 12 jobs to run',
  'group id 1000, account root, card 0, policy drop 5, user id 33',
  'commit 4f2a9c1be0d7a8f5c2f1e6b3a4d59e8877665544',
])('leaves the technical text %j as it is', (text) => {
  expect(scrub(text)).toBe(text);
});

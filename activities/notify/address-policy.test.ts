import fc from 'fast-check';
import { classifyAddress } from './address-policy.ts';

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
  '%s is public',
  (address) => {
    expect(classifyAddress(address)).toBe('public');
  },
);

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '::1',
  'fd12:3456::1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
])('%s is private', (address) => {
  expect(classifyAddress(address)).toBe('private');
});

test.each([
  '169.254.169.254',
  '169.254.0.1',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  '100.100.100.200',
  '0.0.0.0',
  '::',
  '224.0.0.1',
  '255.255.255.255',
  'ff02::1',
  'localhost',
  '',
])('%j is never connected to', (address) => {
  expect(classifyAddress(address)).toBe('forbidden');
});

test('no way to write a metadata address makes it usable', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(byte, byte, (c, d) => {
      const hex = ((c << 8) | d).toString(16);
      for (const form of [`169.254.${c}.${d}`, `::ffff:169.254.${c}.${d}`, `0:0:0:0:0:ffff:a9fe:${hex}`]) {
        expect(classifyAddress(form)).toBe('forbidden');
      }
    }),
  );
});

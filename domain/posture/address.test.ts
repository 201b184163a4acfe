import { BlockList, isIP } from 'node:net';
import * as fc from 'fast-check';
import { formatAddress, parseAddress, type Exposure } from './address.ts';
import { exposureOf } from './exposure.ts';
import { holds, parsePrefix } from './prefix.ts';

test.each<[string, string, Exposure]>([
  ['0.0.0.0', '0.0.0.0', 'any'],
  ['*', '::', 'any'],
  ['[::]', '::', 'any'],
  ['::ffff:0.0.0.0', '0.0.0.0', 'any'],
  ['0.0.0.0%eth0', '0.0.0.0%eth0', 'any'],
  ['0.0.0.0%lo', '0.0.0.0%lo', 'loopback'],
  ['127.0.0.53%lo', '127.0.0.53%lo', 'loopback'],
  ['[::1]', '::1', 'loopback'],
  ['[::ffff:127.0.0.1]', '127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', '127.0.0.1', 'loopback'],
  ['169.254.7.7', '169.254.7.7', 'link'],
  ['[fe80::a]%eth0', 'fe80::a%eth0', 'link'],
  ['[fe80::a%eth0]', 'fe80::a%eth0', 'link'],
  ['fe80::a%eth0', 'fe80::a%eth0', 'link'],
  ['224.0.0.251', '224.0.0.251', 'link'],
  ['ff02::fb', 'ff02::fb', 'link'],
  ['10.1.2.3', '10.1.2.3', 'private'],
  ['172.31.255.255', '172.31.255.255', 'private'],
  ['172.32.0.0', '172.32.0.0', 'public'],
  ['192.168.0.1', '192.168.0.1', 'private'],
  ['100.64.0.1', '100.64.0.1', 'private'],
  ['239.255.255.250', '239.255.255.250', 'private'],
  ['FD00:0:0:0:0:0:0:1', 'fd00::1', 'private'],
  ['ff05::1:3', 'ff05::1:3', 'private'],
  ['ff0e::1', 'ff0e::1', 'public'],
  ['8.8.8.8', '8.8.8.8', 'public'],
  ['2001:db8::1', '2001:db8::1', 'public'],
  ['::ffff:8.8.8.8', '8.8.8.8', 'public'],
])('%s is %s, reached by %s', (text, normal, exposure) => {
  const address = parseAddress(text);
  expect(address && formatAddress(address)).toBe(normal);
  expect(address && exposureOf(address)).toBe(exposure);
});

test.each([
  '',
  'localhost',
  '1.2.3',
  '1.2.3.4.5',
  '256.1.1.1',
  '010.0.0.1',
  '[10.0.0.1',
  '::1::',
  '1:2:3:4:5:6:7',
  '12345::',
])('%j is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

const anyText = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{1,20}$/u), fc.ipV4Extended());

test('reads exactly the addresses that Node reads', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0);
    }),
    { numRuns: 2_000 },
  );
});

test('writes IPv6 as a URL does, and reads it back', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const text = groups.map((each) => each.toString(16)).join(':');
      const address = parseAddress(text)!;
      fc.pre(address.family === 6);
      expect(`[${formatAddress(address)}]`).toBe(new URL(`http://[${text}]/`).hostname);
      expect(parseAddress(formatAddress(address))).toEqual(address);
    }),
    { numRuns: 1_000 },
  );
});

test('a prefix holds the addresses that Node says it does', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.nat(), fc.infiniteStream(fc.nat(255)), (isV4, digits, bytes) => {
      const [family, bits] = isV4 ? (['ipv4', 32] as const) : (['ipv6', 128] as const);
      const length = digits % (bits + 1);
      const value = (count: number) =>
        [...bytes.take(count)].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      const mask = ((1n << BigInt(bits)) - 1n) ^ ((1n << BigInt(bits - length)) - 1n);
      const network = { family: isV4 ? 4 : 6, value: value(bits / 8) & mask } as const;
      const near = {
        family: network.family,
        value: network.value ^ (value(bits / 8) >> BigInt(Math.max(length - 1, 0))),
      } as const;
      const list = new BlockList();
      list.addSubnet(formatAddress(network), length, family);
      const prefix = parsePrefix(`${formatAddress(network)}/${length}`);
      // Addresses that are IPv4 in disguise are another family to us.
      fc.pre(
        prefix?.family === network.family && parseAddress(formatAddress(near))?.family === network.family,
      );
      expect(holds(prefix, near)).toBe(list.check(formatAddress(near), family));
    }),
  );
});

test('a prefix with bits beyond its length is refused', () => {
  expect(parsePrefix('10.0.0.5/8')).toBeUndefined();
  expect(parsePrefix('10.0.0.0/33')).toBeUndefined();
  expect(parsePrefix('*')).toBeUndefined();
  expect(parsePrefix('10.0.0.5')).toMatchObject({ length: 32 });
});

import * as fc from 'fast-check';
import { factsSchema } from '../../contracts/facts.ts';
import { destinations, parseDestinations } from './destinations.ts';
import { dnsResolvers } from './dns-resolvers.ts';
import { parseEndpoint } from './endpoint.ts';
import { routes } from './routes.ts';
import { told } from '../facts/testing/told.ts';

const judgeResolvers = (...given: Parameters<typeof dnsResolvers>) => told(dnsResolvers(...given));
const judgeRoutes = (...given: Parameters<typeof routes>) => told(routes(...given));
const judgeDestinations = (...given: Parameters<typeof destinations>) => told(destinations(...given));

describe('resolvers', () => {
  const resolvers = ['192.168.1.1 eth0', '8.8.8.8', '127.0.0.53 lo', '203.0.113.53:53', '8.8.8.8 eth1'];

  test('without a list, those of own networks are expected and public ones are not', () => {
    expect(judgeResolvers({ resolvers }, {})).toEqual({
      resolver_count: 4,
      only_local: false,
      unexpected_resolvers: ['8.8.8.8', '203.0.113.53'],
      public_resolvers: ['8.8.8.8 Google', '203.0.113.53 unknown'],
      unexpected_search: [],
    });
  });

  test('with a list, only what it holds is expected, public or not', () => {
    const facts = judgeResolvers({ resolvers }, { allowed: '8.8.8.8, 203.0.113.0/24' });
    expect(facts['unexpected_resolvers']).toEqual(['192.168.1.1']);
  });

  test('a local forwarder alone tells nothing of whom it asks', () => {
    expect(judgeResolvers({ resolvers: ['127.0.0.53', '::1'] }, {})).toMatchObject({ only_local: true });
    expect(judgeResolvers({ resolvers: [] }, {})).toMatchObject({ only_local: false, resolver_count: 0 });
  });

  test('reads what resolvectl prints, and the states of encryption and validation where they are given', () => {
    const facts = { resolvers: ['1.1.1.1:853#cloudflare-dns.com', '[2620:fe::fe]:53%2', 'fe80::1%eth0'] };
    expect(
      judgeResolvers(
        { ...facts, resolvers: facts.resolvers.slice(0, 1), dns_over_tls: 'yes', dnssec: 'allow-downgrade' },
        {},
      ),
    ).toMatchObject({
      public_resolvers: ['1.1.1.1 Cloudflare'],
      transport: 'encrypted',
      validation: 'downgradable',
    });
    expect(judgeResolvers({ resolvers: ['fe80::1%eth0'] }, {})).toMatchObject({ unexpected_resolvers: [] });
    expect(judgeResolvers({ resolvers: ['10.0.0.1'], dnssec: 'maybe' }, {})).not.toHaveProperty('validation');
  });

  test('search domains are held to a list where there is one', () => {
    const facts = { resolvers: [], search: ['Practice.example.', '~corp.example', 'evil.example'] };
    expect(judgeResolvers(facts, { allowed_search: 'practice.example, corp.example' })).toMatchObject({
      unexpected_search: ['evil.example'],
    });
  });

  test.each([
    [{}, {}],
    [{ resolvers: ['nameserver 10.0.0.1'] }, {}],
    [{ resolvers: ['0.0.0.0'] }, {}],
    [{ resolvers: ['10.0.0.1'] }, { allowed: '10.0.0.1/8' }],
  ])('what is not right gives nothing to judge by: %#', (facts, parameters) => {
    expect(Object.keys(judgeResolvers(facts, parameters))).toEqual(['analysis_error']);
  });
});

describe('routes', () => {
  const plain = [
    'default 192.168.1.1 eth0',
    '192.168.1.0/24 - eth0',
    '::/0 fe80::1 eth0',
    'fe80::/64 - eth0',
  ];

  test('one default route of each family and the own network are as they should be', () => {
    expect(judgeRoutes({ routes: plain, ipv4_forwarding: false, ipv6_forwarding: false }, {})).toEqual({
      default_count_v4: 1,
      default_count_v6: 1,
      default_routes: [plain[0], plain[2]],
      unexpected_gateways: [],
      unexpected_routes: [],
      forwards: false,
      forwards_unexpectedly: false,
    });
  });

  test('a route through a gateway is unexpected unless its destination is within an allowed prefix', () => {
    const detours = [
      '10.8.0.0/16 192.168.1.9 eth0',
      '172.20.0.0/16 192.168.1.9 eth0',
      '10.0.0.0/7 192.168.1.9 eth0',
    ];
    expect(judgeRoutes({ routes: [...plain, ...detours] }, { allowed_prefixes: '10.0.0.0/8' })).toMatchObject(
      {
        unexpected_routes: detours.slice(1),
      },
    );
  });

  test('half the internet each is a default route in disguise', () => {
    const halves = ['0.0.0.0/1 - tun0', '128.0.0.0/1 - tun0'];
    expect(judgeRoutes({ routes: [...plain, ...halves] }, {})).toMatchObject({ unexpected_routes: halves });
  });

  test('default gateways are held to a list where there is one', () => {
    const more = [...plain, 'default - ppp0', 'default 192.168.1.66 eth1'];
    expect(judgeRoutes({ routes: more }, { gateways: '192.168.1.1, fe80::/10' })).toMatchObject({
      default_count_v4: 3,
      unexpected_gateways: ['default - ppp0', 'default 192.168.1.66 eth1'],
    });
  });

  test('forwarding is unexpected on what is no router, and is not told where it was not read', () => {
    const facts = { routes: plain, ipv4_forwarding: true };
    expect(judgeRoutes(facts, {})).toMatchObject({ forwards: true, forwards_unexpectedly: true });
    expect(judgeRoutes(facts, { router: true })).toMatchObject({
      forwards: true,
      forwards_unexpectedly: false,
    });
    expect(judgeRoutes({ routes: plain }, {})).not.toHaveProperty('forwards');
  });

  test.each([
    [{}, {}],
    [{ routes: ['default via 192.168.1.1 dev eth0'] }, {}],
    [{ routes: ['10.0.0.0/8 - '] }, {}],
    [{ routes: ['10.0.0.1/8 - eth0'] }, {}],
    [{ routes: plain }, { allowed_prefixes: 'lan' }],
    [{ routes: plain }, { gateways: '1.2.3' }],
  ])('what is not right gives nothing to judge by: %#', (facts, parameters) => {
    expect(Object.keys(judgeRoutes(facts, parameters))).toEqual(['analysis_error']);
  });
});

describe('destinations', () => {
  const lines = [
    'labs labs.example.org 443 open 40',
    'ehr 10.0.0.9 8443 refused -',
    'fax fax.example 5061 open 900',
  ];

  test('what did not open is unreachable, and what opened late is slow', () => {
    expect(judgeDestinations({ destinations: lines }, { max_latency_ms: 500 })).toEqual({
      destination_count: 3,
      reachable_count: 2,
      unreachable: [lines[1]],
      slow: [lines[2]],
    });
    expect(judgeDestinations({ destinations: lines }, {})).toMatchObject({ slow: [] });
  });

  test('a required destination that nobody tried is no pass', () => {
    const parameters = { destinations: 'labs=labs.example.org:443, bank=bank.example:443' };
    expect(judgeDestinations({ destinations: lines }, parameters)).toEqual({
      analysis_error: 'Nothing is known of bank.',
    });
  });

  test.each([
    [{}, {}],
    [{ destinations: ['labs labs.example.org 443 closed 1'] }, {}],
    [{ destinations: lines }, { destinations: 'labs' }],
  ])('what is not right gives nothing to judge by: %#', (facts, parameters) => {
    expect(Object.keys(judgeDestinations(facts, parameters))).toEqual(['analysis_error']);
  });

  test.each([
    ['labs=labs.example.org', /is not a destination/],
    ['labs', /is not a destination/],
    ['a b=x.example:1', /is not a destination/],
    ['a=x.example:1,a=y.example:1', /there twice/],
    ['a=x.example:1,', /"" is not a destination/],
  ])('refuses the list %j', (text, reason) => {
    expect(parseDestinations(text)).toMatch(reason);
  });
});

test.each([
  ['Time.Example.org', { host: 'time.example.org', port: 123 }],
  ['time.example.org:4123', { host: 'time.example.org', port: 4123 }],
  ['10.0.0.1:99', { host: '10.0.0.1', port: 99 }],
  ['[2001:db8::1]:99', { host: '2001:db8::1', port: 99 }],
  ['2001:db8::1', { host: '2001:db8::1', port: 123 }],
  ['[2001:db8::1]', { host: '2001:db8::1', port: 123 }],
  ['*', undefined],
  ['time..org', undefined],
  ['-x.org', undefined],
  ['300.1.1.1', undefined],
  ['1234', undefined],
  ['x.org:0', undefined],
  ['x.org:65536', undefined],
  ['x.org:1:2', undefined],
  ['x/y', undefined],
])('the endpoint %j is %j', (text, endpoint) => {
  expect(parseEndpoint(text, 123)).toEqual(endpoint);
});

test('whatever a host prints, the results are facts', () => {
  const line = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.ipV6().map((address) => `${address}/64 - eth0`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), fc.string(), (lines, parameter) => {
      const results = [
        judgeResolvers({ resolvers: lines, search: lines }, { allowed: parameter }),
        judgeRoutes({ routes: lines }, { gateways: parameter, allowed_prefixes: parameter }),
        judgeDestinations({ destinations: lines }, { destinations: parameter }),
      ];
      for (const facts of results) expect(factsSchema.safeParse(facts).success).toBe(true);
    }),
  );
});

import { analysisNames } from '../../contracts/catalog/check.ts';
import { analyses } from '../catalog/analyses.ts';
import { completing } from './completing.ts';

test('what an analysis cannot tell is null, whatever the facts say under that name', () => {
  const analyse = completing(['count', 'lines'], ({ input }) =>
    input === undefined ? { analysis_error: 'There is no input.' } : { count: 1 },
  );
  const before = { lines: [], count: 7, analysis_error: 'long ago' };
  expect({ ...before, ...analyse(before, {}) }).toEqual({
    lines: null,
    count: null,
    analysis_error: 'There is no input.',
  });
  expect(analyse({ input: 1 }, {})).toEqual({ lines: null, count: 1, analysis_error: null });
});

/** What each analysis reads when all is well. */
const wellFormed = {
  listening_sockets: { listeners: ['tcp 0.0.0.0 22 sshd'] },
  dns_resolvers: { resolvers: ['10.0.0.1'], search: ['a.example'], dns_over_tls: 'yes', dnssec: 'no' },
  routes: { routes: ['default 10.0.0.1 eth0'], ipv4_forwarding: false },
  destinations: { destinations: ['a a.example 443 open 1'] },
  sntp_servers: {
    measurements: ['a 1 0 0 1 1', 'b 1 0 0 1 1', 'c 1 0 0 1 1'],
    silent: [],
    clock_skew_ms: 0,
  },
  block_devices: { device: ['vda 254:0 - - 0'], mount: ['254:0 ext4 rw / vda'], swap: [] },
  chrony_sources: {
    sources: ['^,*,10.0.0.1,2,6,377,1,0.0,0.0,0.1'],
    tracking: '0A000001,10.0.0.1,3,1.0,0.1,0.0,0.0,0.0,0.0,0.0,0.0,0.0,64.0,Normal',
    authdata: ['10.0.0.1,-,0,0,0,0,0,0,0,0'],
  },
};

test.each(Object.entries(wellFormed))(
  'nothing of an earlier %s stands where it fails the next time',
  (name, facts) => {
    const known = analysisNames.find((each) => each === name);
    const analyse = known && analyses[known];
    if (analyse === undefined) throw new Error(`${name} is not registered`);
    const once = analyse(facts, {});
    expect(once['analysis_error']).toBeNull();
    // The first of what it reads becomes unreadable.
    const [input = ''] = Object.keys(facts);
    const again = analyse({ ...facts, ...once, [input]: ['?'] }, {});
    expect(Object.keys(again).sort()).toEqual(Object.keys(once).sort());
    const { analysis_error: error, ...rest } = again;
    expect(Object.values(rest).filter((value) => value !== null)).toEqual([]);
    if (name !== 'block_devices') expect(error).toEqual(expect.any(String));
  },
);

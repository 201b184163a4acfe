import * as fc from 'fast-check';
import type { Facts } from '../../contracts/facts.ts';
import { chronySources } from './chrony-sources.ts';
import { told } from '../facts/testing/told.ts';

const saidBy = (facts: Facts) => told(chronySources(facts, {}));

const tracking =
  'C0A80101,192.168.1.1,3,1795000000.123456789,0.001500000,-0.000020000,0.000030000,12.345,0.001,0.050,0.020000000,0.004000000,64.2,Normal';
const sources = [
  '^,*,192.168.1.1,2,6,377,31,0.000020000,0.000010000,0.015000000',
  '^,+,192.0.2.7,1,6,17,31,0.000020000,0.000010000,0.015000000',
  '^,x,192.0.2.8,2,6,377,12,9.000000000,9.000000000,0.015000000',
  '^,?,192.0.2.9,0,6,0,4294967295,0.000000000,0.000000000,0.000000000',
  '#,-,PPS0,0,4,377,9,0.000000001,0.000000001,0.000000100',
];
const authdata = [
  '192.168.1.1,NTS,1,15,256,3600,0,0,8,100',
  '192.0.2.7,-,0,0,0,4294967295,0,0,0,0',
  '192.0.2.8,SK,7,13,256,4294967295,0,0,0,0',
  '192.0.2.9,NTS,0,0,0,4294967295,5,0,0,0',
];

test('tells what chronyd follows, how well, and which sources are of no use', () => {
  expect(saidBy({ sources, tracking })).toEqual({
    synchronised: true,
    leap: 'none',
    reference: '192.168.1.1',
    stratum: 3,
    offset_ms: -1.5,
    offset_abs_ms: 1.5,
    root_distance_ms: 14,
    source_count: 5,
    usable_count: 3,
    unreachable_sources: ['192.0.2.9'],
    falsetickers: ['192.0.2.8'],
    max_source_stratum: 2,
  });
});

test('a source counts as authenticated when it is usable and holds keys and cookies', () => {
  expect(saidBy({ sources, tracking, authdata })).toMatchObject({
    nts_count: 2,
    symmetric_key_count: 1,
    authenticated_count: 1,
    unauthenticated_sources: ['192.0.2.7'],
  });
});

test('a daemon that follows nothing, or only its own clock, is not synchronised, and tells no offset', () => {
  const nothing =
    '00000000,,0,0.000000000,0.000000000,0.0,0.0,0.0,0.0,0.0,1.000000000,1.000000000,0.0,Not synchronised';
  expect(saidBy({ sources: [], tracking: nothing })).toEqual({
    synchronised: false,
    leap: 'not_synchronised',
    source_count: 0,
    usable_count: 0,
    unreachable_sources: [],
    falsetickers: [],
  });
  const local = '7F7F0101,,8,1795000000.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,Normal';
  expect(saidBy({ sources: [], tracking: local })).toMatchObject({ synchronised: false });
});

test.each([
  [{}],
  [{ sources, tracking: '506 Cannot talk to daemon' }],
  [{ sources: ['506 Cannot talk to daemon'], tracking }],
  [{ sources: [...sources, '^,*,192.0.2.1,2,6,399,31,0,0,0'], tracking }],
  [{ sources, tracking: tracking.replace('Normal', 'Invalid') }],
  [{ sources, tracking, authdata: ['501 Not authorised'] }],
])('what is not the CSV of chronyc gives nothing to judge by: %#', (facts) => {
  expect(Object.keys(saidBy(facts))).toEqual(['analysis_error']);
});

test('no text of a host makes it throw', () => {
  const line = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(fc.string(), fc.constant('1')), { maxLength: 15 }).map(String),
  );
  fc.assert(
    fc.property(fc.array(line), line, fc.array(line), (some, text, more) => {
      expect(Object.keys(saidBy({ sources: some, tracking: text, authdata: more })).length).toBeGreaterThan(
        0,
      );
    }),
  );
});

import fc from 'fast-check';
import { formatIncidentRef, incidentRefSchema, parseIncidentRef } from './incident-ref.ts';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const check = fc.stringMatching(/^[a-z][a-z0-9_]{0,9}(\.[a-z][a-z0-9_]{0,9}){1,3}$/);

test('every incident has a name that URLs carry as it is, and that reads back', () => {
  fc.assert(
    fc.property(label, label, check, (site, host, checkId) => {
      const key = { site, host, check: checkId };
      const ref = formatIncidentRef(key);
      expect(encodeURIComponent(ref)).toBe(ref);
      expect(parseIncidentRef(ref)).toEqual(key);
      expect(incidentRefSchema.parse(ref)).toBe(ref);
    }),
  );
});

test.each(['', 'a', 'a~b', 'a~b~c', 'a~b~c.d~e', 'A~b~c.d', '~b~c.d', 'a/b/c.d'])(
  '%j names no incident',
  (text) => {
    expect(parseIncidentRef(text)).toBeUndefined();
  },
);

import fc from 'fast-check';
import { aRunbook } from '../../test/builders/catalog.ts';
import { excludeEachOther } from './interference.ts';
import { nextOnHost } from './next-on-host.ts';

const touches = new Map(
  Object.entries({
    ssh: aRunbook({ touches: { paths: ['/etc/ssh'] } }).touches,
    permissions: aRunbook({ touches: { paths: ['/etc'] } }).touches,
    audit: aRunbook({ touches: { paths: ['/var/log/audit'] } }).touches,
  }),
);
const touchesOf = (id: string) => touches.get(id);
const run = (incident: string, runbook: string) => ({ incident, runbook });

test('who has waited longest goes first, with those who do not stand in the way', () => {
  const waiting = [run('a', 'ssh'), run('b', 'permissions'), run('c', 'audit'), run('d', 'ssh')];
  expect(nextOnHost([], waiting, touchesOf)).toEqual(['a', 'c']);
  expect(nextOnHost([run('x', 'audit')], waiting, touchesOf)).toEqual(['a']);
  expect(nextOnHost([run('x', 'permissions')], waiting, touchesOf)).toEqual(['c']);
});

test('an incident that runs already does not go again', () => {
  expect(nextOnHost([run('a', 'audit')], [run('a', 'ssh')], touchesOf)).toEqual([]);
});

test('a runbook that the catalogue no longer has excludes all others', () => {
  expect(nextOnHost([run('x', 'gone')], [run('a', 'audit')], touchesOf)).toEqual([]);
  expect(nextOnHost([], [run('a', 'gone'), run('b', 'audit')], touchesOf)).toEqual(['a']);
});

test('on a host that is free somebody who waits goes next, and never two who exclude each other', () => {
  const waiting = fc.array(
    fc.record({ incident: fc.uuid(), runbook: fc.constantFrom('ssh', 'permissions', 'audit') }),
    {
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(waiting, (runs) => {
      const next = nextOnHost([], runs, touchesOf);
      const runbooks = next.map((id) => runs.find(({ incident }) => incident === id)?.runbook ?? '');
      expect(next[0]).toBe(runs[0]?.incident);
      for (const [index, one] of runbooks.entries())
        for (const other of runbooks.slice(index + 1))
          expect(excludeEachOther(one, other, touchesOf)).toBe(false);
    }),
  );
});

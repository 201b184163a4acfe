import { parseHostLog } from './host-log.ts';

const order = '6a1c7f4e-6d2b-4c5f-9a3e-0b8d1f2c3a4b';

test('reads what runbooks wrote', () => {
  expect(parseHostLog('host-1', `start remediate ${order} once 3 1795400000000\n`)).toEqual([
    {
      host: 'host-1',
      mark: 'start',
      action: 'remediate',
      order,
      name: 'once',
      drift: 3,
      atMs: 1_795_400_000_000,
    },
  ]);
  expect(parseHostLog('host-1', '')).toEqual([]);
});

test.each(['start remediate', `start remediate ${order} once 3`, `begin remediate ${order} once 3 17`, 'x'])(
  'does not pass over %j',
  (line) => {
    expect(() => parseHostLog('host-1', `${line}\n`)).toThrow('host-1');
  },
);

import { parseGivenHost } from './given-hosts.ts';

test.each([
  ['healer@srv-1', { user: 'healer', address: 'srv-1', port: 22 }],
  ['healer@10.0.0.7:2222', { user: 'healer', address: '10.0.0.7', port: 2222 }],
  ['healer@[fd00::7]:2222', { user: 'healer', address: 'fd00::7', port: 2222 }],
])('%s is read', (text, login) => {
  expect(parseGivenHost(text)).toEqual(login);
});

test.each(['srv-1', '@srv-1', 'healer@', 'healer@srv:0', 'healer@srv:70000', 'a b@srv', 'healer@fd00::7'])(
  '%s is refused, telling how to write it',
  (text) => {
    expect(() => parseGivenHost(text)).toThrow('is not a host to log in to');
  },
);

import { parseApplianceConfig } from './config.ts';

const host = {
  id: 'srv-1',
  address: '192.0.2.1',
  port: 22,
  user: 'healer',
  baseline: 'linux-server',
  identityFile: '/k',
  hostKey: `SHA256:${'a'.repeat(43)}`,
};
const config = (...hosts: object[]) => JSON.stringify({ site: 'main-street', appliance: 'box-1', hosts });

test('reads a configuration', () => {
  expect(parseApplianceConfig(config(host)).hosts).toEqual([host]);
});

const key = (letter: string) => `SHA256:${letter.repeat(43)}`;
const jumping = (id: string, jump: string) => ({ ...host, id, jump });

test('reads this machine, several pinned keys, known_hosts and the way through another host', () => {
  const hosts = [
    { id: 'box', local: true, baseline: 'appliance' },
    { ...host, hostKey: [key('a'), key('b')], passphraseFile: '/pp', legacyAlgorithms: true },
    { ...jumping('srv-2', 'srv-1'), hostKey: undefined, knownHostsFile: '/known_hosts' },
    jumping('srv-3', 'srv-2'),
  ];
  expect(JSON.parse(JSON.stringify(parseApplianceConfig(config(...hosts)).hosts))).toEqual(
    JSON.parse(JSON.stringify(hosts)),
  );
});

test.each([
  ['two hosts of one id', config(host, host), /same id/],
  ['no credential', config({ ...host, identityFile: undefined }), /identityFile or passwordFile/],
  ['two credentials', config({ ...host, passwordFile: '/p' }), /identityFile or passwordFile/],
  ['a login name that is an option', config({ ...host, user: '-oProxyCommand=x' }), /login name/],
  ['a host key of another form', config({ ...host, hostKey: 'MD5:aa' }), /ssh-keygen/],
  ['no host key in a list', config({ ...host, hostKey: [] }), /hostKey/],
  [
    'a passphrase without a key',
    config({ ...host, identityFile: undefined, passwordFile: '/p', passphraseFile: '/q' }),
    /without an identityFile/,
  ],
  [
    'a way through a host that is not there',
    config(jumping('srv-1', 'srv-9')),
    /srv-9, which is not one of the hosts/,
  ],
  ['a way through itself', config(jumping('srv-1', 'srv-1')), /srv-1 is reached through itself/],
  ['a way in circles', config(jumping('srv-1', 'srv-2'), jumping('srv-2', 'srv-1')), /through itself/],
  [
    'a way through this machine',
    config({ id: 'box', local: true, baseline: 'x' }, jumping('srv-1', 'box')),
    /leave out jump/,
  ],
  [
    'two hosts that are this machine',
    config({ id: 'a', local: true, baseline: 'x' }, { id: 'b', local: true, baseline: 'x' }),
    /this machine/,
  ],
  ['an address of this machine', config({ id: 'a', local: true, baseline: 'x', address: 'x' }), /address/],
  ['an unknown field', config({ ...host, password: 'secret-value' }), /password/],
  ['text that is not JSON', '{"site":', /not JSON/],
])('refuses %s and says why', (_case, text, reason) => {
  expect(() => parseApplianceConfig(text)).toThrow(reason);
  expect(() => parseApplianceConfig(text)).not.toThrow(/secret-value/);
});

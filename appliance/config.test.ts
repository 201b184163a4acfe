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

test.each([
  ['two hosts of one id', config(host, host), /same id/],
  ['no credential', config({ ...host, identityFile: undefined }), /identityFile or passwordFile/],
  ['two credentials', config({ ...host, passwordFile: '/p' }), /identityFile or passwordFile/],
  ['a login name that is an option', config({ ...host, user: '-oProxyCommand=x' }), /login name/],
  ['a host key of another form', config({ ...host, hostKey: 'MD5:aa' }), /ssh-keygen/],
  ['an unknown field', config({ ...host, password: 'secret-value' }), /password/],
  ['text that is not JSON', '{"site":', /not JSON/],
])('refuses %s and says why', (_case, text, reason) => {
  expect(() => parseApplianceConfig(text)).toThrow(reason);
  expect(() => parseApplianceConfig(text)).not.toThrow(/secret-value/);
});

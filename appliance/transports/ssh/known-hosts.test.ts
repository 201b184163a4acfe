import { createHmac } from 'node:crypto';
import ssh2 from 'ssh2';
import { hostKeyFingerprint } from './host-key.ts';
import { readKnownHosts } from './known-hosts.ts';

const keyOf = (type: 'ed25519' | 'ecdsa' = 'ed25519') => {
  const { public: line } =
    type === 'ed25519'
      ? ssh2.utils.generateKeyPairSync('ed25519')
      : ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  const [name = '', base64 = ''] = line.split(' ');
  return {
    text: `${name} ${base64}`,
    type: name,
    fingerprint: hostKeyFingerprint(Buffer.from(base64, 'base64')),
  };
};
const key = keyOf();
const known = { fingerprint: key.fingerprint, type: 'ssh-ed25519' };
const hashed = (name: string) => {
  const salt = Buffer.alloc(20, 7);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
};

test.each([
  ['a plain name', 'srv.practice.example', 22],
  ['a name among several, in another case', 'other,SRV.practice.example', 22],
  ['a pattern', '*.practice.example,!other.practice.example', 22],
  ['a pattern with a question mark', 'srv.practice.exampl?', 22],
  ['a name with its port', '[srv.practice.example]:2222', 2222],
  ['a hashed name', hashed('srv.practice.example'), 22],
  ['a hashed name with its port', hashed('[srv.practice.example]:2222'), 2222],
])('finds a host by %s', (_case, names, port) => {
  const text = `# a comment\n\n${names} ${key.text} root@srv\n`;
  expect(readKnownHosts(text, 'srv.practice.example', port)).toEqual({
    keys: [known],
    revoked: [],
    ignored: [],
  });
});

test.each([
  ['another name', 'srv2.practice.example', 22],
  ['a part of its name', 'srv', 22],
  ['a pattern that excludes it', '*.practice.example,!srv.*', 22],
  ['a dot that is no pattern', 'srv-practice.example', 22],
  ['its name without the port', 'srv.practice.example', 2222],
  ['a broken hash', '|1|x', 22],
])('does not find a host by %s', (_case, names, port) => {
  expect(readKnownHosts(`${names} ${key.text}\n`, 'srv.practice.example', port).keys).toEqual([]);
});

test('keeps several keys, and revoked ones apart', () => {
  const [second, bad] = [keyOf('ecdsa'), keyOf()];
  const text = `srv ${key.text}\r\nsrv ${second.text}\n@revoked * ${bad.text}\n`;
  expect(readKnownHosts(text, 'srv', 22)).toEqual({
    keys: [known, { fingerprint: second.fingerprint, type: second.type }],
    revoked: [{ fingerprint: bad.fingerprint, type: bad.type }],
    ignored: [],
  });
});

test('says which lines about the host are not used, and why', () => {
  const text = [
    `@cert-authority *.example ${key.text}`,
    'srv.example ssh-ed25519 not/base64!',
    `srv.example ssh-rsa ${key.text.split(' ')[1]}`,
    `@marker srv.example ${key.text}`,
    `@cert-authority other ${key.text}`,
    'srv.example',
  ].join('\n');
  const { keys, ignored } = readKnownHosts(text, 'srv.example', 22);
  expect(keys).toEqual([]);
  expect(ignored.map(({ line }) => line)).toEqual([1, 2, 3, 4, 6]);
  expect(ignored[0]!.reason).toMatch(/certificate authorities/);
  expect(ignored[2]!.reason).toMatch(/not of the type ssh-rsa/);
});

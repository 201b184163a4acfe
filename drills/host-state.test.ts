import { touchesSchema } from '../contracts/catalog/runbook.ts';
import { changesBetween, isDeclared, parseState, stateScript } from './host-state.ts';

const state = (...lines: string[]) => parseState(`${lines.join('\n')}\n`);

test('a changed, a new and a missing thing are told, what is the same is not', () => {
  const before = state('mode\t/etc/a\t644 0 0', 'content\t/etc/a\tabc', 'unit\tssh.service\tactive');
  const after = state('mode\t/etc/a\t600 0 0', 'content\t/etc/a\tabc', 'link\t/etc/b\t/etc/a');
  expect(changesBetween(before, after)).toEqual([
    { what: 'link /etc/b', before: undefined, after: '/etc/a' },
    { what: 'mode /etc/a', before: '644 0 0', after: '600 0 0' },
    { what: 'unit ssh.service', before: 'active', after: undefined },
  ]);
  expect(changesBetween(before, before)).toEqual([]);
});

test('sessions and what timers start are not the runbook’s doing', () => {
  const session = state('unit\tsession-3.scope\tactive', 'mode\t/etc/ld.so.cache\t644 0 0');
  expect(changesBetween(session, state())).toEqual([]);
});

test('only what is declared may change', () => {
  const touches = touchesSchema.parse({
    paths: ['/etc/ssh/', '/etc/cron.*/x'],
    services: ['ssh.service'],
    kernel: ['net.ipv4.conf.*.accept_redirects'],
    firewall: true,
  });
  const declared = (what: string) => isDeclared(what, touches);
  expect(declared('content /etc/ssh/sshd_config.d/10.conf')).toBe(true);
  expect(declared('content /etc/sshd')).toBe(false);
  expect(declared('mode /etc/cron.daily/x')).toBe(true);
  expect(declared('mode /etc/cron.daily/y')).toBe(false);
  expect(declared('unit ssh.service')).toBe(true);
  expect(declared('unit sshd.service')).toBe(false);
  expect(declared('link /etc/systemd/system/multi-user.target.wants/ssh.service')).toBe(true);
  expect(declared('link /etc/systemd/system/other.service')).toBe(false);
  expect(declared('kernel net.ipv4.conf.all.accept_redirects')).toBe(true);
  expect(declared('kernel net.ipv4.ip_forward')).toBe(false);
  expect(declared('firewall 3')).toBe(true);
  expect(declared('audit 1')).toBe(false);
  expect(declared('package openssh-server')).toBe(false);
  expect(declared('left behind /run/malachor-x')).toBe(false);
});

test('the script is one that a POSIX shell reads', async () => {
  const { spawnSync } = await import('node:child_process');
  const script = stateScript(touchesSchema.parse({ paths: ['/var/lib/*'], kernel: ['kernel.*'] }));
  expect(spawnSync('sh', ['-n'], { input: script }).stderr.toString()).toBe('');
});

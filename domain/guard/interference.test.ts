import { touchesSchema } from '../../contracts/catalog/runbook.ts';
import { mayInterfere } from './interference.ts';

const touches = (parts: Record<string, unknown>) => touchesSchema.parse(parts);
const interfere = (one: Record<string, unknown>, other: Record<string, unknown>) => {
  const verdict = mayInterfere(touches(one), touches(other));
  expect(mayInterfere(touches(other), touches(one))).toBe(verdict);
  return verdict;
};

test('paths meet where one is the other, lies below it, or could be it', () => {
  expect(interfere({ paths: ['/etc/ssh/'] }, { paths: ['/etc/ssh/sshd_config'] })).toBe(true);
  expect(interfere({ paths: ['/etc/ssh'] }, { paths: ['/etc/ssh'] })).toBe(true);
  expect(interfere({ paths: ['/etc/cron.*'] }, { paths: ['/etc/cron.daily/x'] })).toBe(true);
  expect(interfere({ paths: ['/etc/a*'] }, { paths: ['/etc/*b'] })).toBe(true);
  expect(interfere({ paths: ['/etc/ssh/'] }, { paths: ['/etc/sshd'] })).toBe(false);
  expect(interfere({ paths: ['/etc/a'] }, { paths: ['/usr/a'] })).toBe(false);
});

test('services, settings of the kernel and whole kinds meet by name', () => {
  expect(interfere({ services: ['ssh.service'] }, { services: ['ssh*.service'] })).toBe(true);
  expect(interfere({ services: ['ssh.service'] }, { services: ['cron.service'] })).toBe(false);
  expect(
    interfere({ kernel: ['net.ipv4.conf.*.rp_filter'] }, { kernel: ['net.ipv4.conf.all.rp_filter'] }),
  ).toBe(true);
  expect(interfere({ firewall: true }, { firewall: true })).toBe(true);
  expect(interfere({ firewall: true }, { auditRules: true, packages: true })).toBe(false);
  expect(interfere({}, { paths: ['/etc'], packages: true })).toBe(false);
});

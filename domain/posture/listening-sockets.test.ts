import * as fc from 'fast-check';
import { factsSchema } from '../../contracts/facts.ts';
import { listeningSockets } from './listening-sockets.ts';
import { prohibitedServices } from './prohibited-services.ts';
import { told } from '../facts/testing/told.ts';

const judge = (...given: Parameters<typeof listeningSockets>) => told(listeningSockets(...given));

const host = [
  'tcp 0.0.0.0 22 sshd',
  'tcp [::] 22 sshd',
  'tcp 127.0.0.1 5432 postgres',
  'udp 127.0.0.53%lo 53 systemd-resolve',
  'tcp 192.168.1.5 8443 ehr',
];

test('sorts the listeners of a host by who can reach them and whether they may', () => {
  expect(judge({ listeners: host }, { allowed: 'tcp/22/sshd, udp/123' })).toEqual({
    unexpected: ['tcp 192.168.1.5 8443 ehr private'],
    external_bindings: ['tcp 0.0.0.0 22 sshd any', 'tcp :: 22 sshd any', 'tcp 192.168.1.5 8443 ehr private'],
    public_bindings: ['tcp 0.0.0.0 22 sshd any', 'tcp :: 22 sshd any'],
    prohibited: [],
    unused_entries: ['udp/123'],
    listener_count: 5,
    external_count: 3,
  });
});

test('loopback is judged where the check includes it', () => {
  const facts = judge({ listeners: host }, { allowed: 'tcp/22,tcp/8443', include_loopback: true });
  expect(facts['unexpected']).toEqual([
    'tcp 127.0.0.1 5432 postgres loopback',
    'udp 127.0.0.53%lo 53 systemd-resolve loopback',
  ]);
});

test('a host on which nothing listens has nothing unexpected; one that was not read has no answer', () => {
  expect(judge({ listeners: [] }, {})).toMatchObject({ unexpected: [], listener_count: 0 });
  expect(judge({}, {})).toEqual({ analysis_error: 'There are no listeners.' });
});

test.each([
  [{ listeners: [...host, 'ss: command not found'] }, {}, /not a listener: ss: command not found/],
  [{ listeners: host }, { allowed: 'tcp/22,tcp/eighty' }, /allow-list: "tcp\/eighty" has the port eighty/],
  [{ listeners: host }, { prohibited_exceptions: 'rpcbind,telent' }, /No prohibited service is named telent/],
])('what is not right gives nothing to judge by: %#', (facts, parameters, error) => {
  expect(judge(facts, parameters)).toEqual({
    analysis_error: expect.stringMatching(error) as string,
  });
});

const prohibitedIn = (line: string, facts = {}, parameters = {}) =>
  (judge({ listeners: [line], ...facts }, parameters)['prohibited'] as string[]).map(
    (text) => text.split(':')[0],
  );

test.each([
  ['tcp 0.0.0.0 23 systemd', ['telnet']],
  ['tcp 0.0.0.0 2323 in.telnetd', ['telnet']],
  ['tcp 127.0.0.1 23 telnetd', ['telnet']],
  ['tcp 0.0.0.0 2121 vsftpd', ['ftp']],
  ['udp [::] 69 -', ['tftp']],
  ['tcp 0.0.0.0 512 x', ['rexec']],
  ['tcp 0.0.0.0 513 x', ['rlogin']],
  ['tcp 0.0.0.0 514 xinetd', ['rsh']],
  ['tcp 0.0.0.0 514 rsyslogd', []],
  ['tcp 0.0.0.0 79 x', ['finger']],
  ['udp 0.0.0.0 867 ypserv', ['nis']],
  ['udp 0.0.0.0 161 snmpd', ['snmp']],
  ['udp 127.0.0.1 161 snmpd', []],
  ['udp 0.0.0.0 137 x', ['netbios']],
  ['tcp 10.0.0.1 139 smbd', ['netbios']],
  ['udp 0.0.0.0 5355 systemd-resolve', ['llmnr']],
  ['tcp 0.0.0.0 111 rpcbind,systemd', ['rpcbind']],
  ['tcp 127.0.0.1 111 rpcbind', []],
  ['tcp 0.0.0.0 6001 Xorg', ['x11']],
  ['tcp 127.0.0.1 6010 sshd', []],
  ['tcp 0.0.0.0 5901 Xtigervnc', ['vnc']],
  ['tcp 0.0.0.0 445 smbd', []],
  ['tcp 0.0.0.0 2300 C:\\Windows\\System32\\TlntSvr.exe', ['telnet']],
  ['tcp 0.0.0.0 443 nginx', []],
  ['udp 0.0.0.0 23 x', []],
])('%s is prohibited as %j', (line, names) => {
  expect(prohibitedIn(line)).toEqual(names);
});

test('the line names the listener and the reason', () => {
  expect(judge({ listeners: ['tcp * 23 telnetd'] }, {})['prohibited']).toEqual([
    'telnet: tcp :: 23 telnetd any: sends passwords and data in clear text',
  ]);
});

test('SNMP is prohibited until the probe tells that only version 3 is on; SMB once it tells that version 1 is', () => {
  const [snmp, smb] = ['udp 0.0.0.0 161 snmpd', 'tcp 0.0.0.0 445 smbd'];
  expect(prohibitedIn(snmp, { snmp_versions: '3' })).toEqual([]);
  expect(prohibitedIn(snmp, { snmp_versions: 'v2c, 3' })).toEqual(['snmp']);
  expect(prohibitedIn(smb, { smb_versions: '2,3' })).toEqual([]);
  expect(prohibitedIn(smb, { smb_versions: 'SMB, 1' })).toEqual(['smb1']);
});

test('a site may except a service by name; the allow-list alone does not make a prohibited one right', () => {
  const line = 'tcp 10.0.0.1 111 rpcbind';
  expect(prohibitedIn(line, {}, { allowed: 'tcp/111' })).toEqual(['rpcbind']);
  expect(prohibitedIn(line, {}, { prohibited_exceptions: 'rpcbind, x11' })).toEqual([]);
});

test('every prohibited service is found by each of its ports and processes', () => {
  for (const { name, ports, processes, versions } of prohibitedServices) {
    const told = versions === undefined ? {} : { [versions.fact]: versions.prohibited.join(',') };
    for (const port of ports) {
      const [protocol, first] = port.split(/[/-]/u);
      expect(prohibitedIn(`${protocol} 0.0.0.0 ${first} -`, told)).toContain(name);
    }
    for (const process of processes)
      expect(prohibitedIn(`tcp 0.0.0.0 40000 ${process}`, told)).toContain(name);
  }
});

test('whatever a host prints, the result is facts, and a line more never hides one that is unexpected', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom(...host, 'tcp 0.0.0.0 23 x'.padEnd(270, 'y')));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (listeners) => {
      const facts = judge({ listeners }, {});
      expect(factsSchema.safeParse(facts).success).toBe(true);
      const more = judge({ listeners: [...listeners, 'tcp 0.0.0.0 7777 new'] }, {});
      expect(
        'analysis_error' in more || (more['unexpected'] as string[]).includes('tcp 0.0.0.0 7777 new any'),
      ).toBe(true);
    }),
  );
});

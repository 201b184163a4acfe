/** A service that no host of a practice may offer to a network. */
export interface ProhibitedService {
  /** Name that an exception and a fact use. */
  name: string;
  /** `tcp/23`, or a range; a listener there is the service unless one of `portTakenBy` holds it. */
  ports: readonly string[];
  /** Processes that are the service on whatever port they listen; without what follows the last `/` and an `.exe`. */
  processes: readonly string[];
  /** Processes that use the same port for something else. */
  portTakenBy?: readonly string[];
  /** Whether it is prohibited even where only the host itself can reach it. */
  evenOnLoopback?: boolean;
  /**
   * Versions that are prohibited, where a listener does not show which one it speaks: the fact (a text, versions separated
   * by commas) in which the probe tells those that are on, and whether the service is prohibited where it does not.
   */
  versions?: { fact: string; prohibited: readonly string[]; whereUnknown: boolean };
  /** Why, as the end of a sentence that begins with the name. */
  reason: string;
  source: string;
}

const clearText = 'sends passwords and data in clear text';
const cis = (number: string) => `CIS Debian Linux 12 Benchmark 1.1.0, ${number}`;
const stig = (id: string) => `DISA RHEL 9 STIG, ${id}`;

/** Services that must not listen, by port and by process (B4). A site may except one by name; see `listening-sockets.ts`. */
export const prohibitedServices: readonly ProhibitedService[] = [
  {
    name: 'telnet',
    ports: ['tcp/23'],
    processes: ['telnetd', 'in.telnetd', 'utelnetd', 'tlntsvr'],
    evenOnLoopback: true,
    reason: clearText,
    source: stig('RHEL-09-215040'),
  },
  {
    name: 'ftp',
    ports: ['tcp/21'],
    processes: ['ftpd', 'in.ftpd', 'vsftpd', 'proftpd', 'pure-ftpd', 'pure-ftpd-wrapp', 'ftpsvc'],
    evenOnLoopback: true,
    reason: clearText,
    source: cis('2.1.6'),
  },
  {
    name: 'tftp',
    ports: ['udp/69'],
    processes: ['tftpd', 'in.tftpd', 'atftpd'],
    evenOnLoopback: true,
    reason: 'gives and takes files without any login',
    source: cis('2.1.16'),
  },
  {
    name: 'rexec',
    ports: ['tcp/512'],
    processes: ['rexecd', 'in.rexecd'],
    evenOnLoopback: true,
    reason: clearText,
    source: stig('RHEL-09-215035'),
  },
  {
    name: 'rlogin',
    ports: ['tcp/513'],
    processes: ['rlogind', 'in.rlogind'],
    evenOnLoopback: true,
    reason: 'believes the name that the other side gives, and sends all in clear text',
    source: stig('RHEL-09-215035'),
  },
  {
    name: 'rsh',
    ports: ['tcp/514'],
    processes: ['rshd', 'in.rshd'],
    portTakenBy: ['rsyslogd', 'syslog-ng'],
    evenOnLoopback: true,
    reason: 'believes the name that the other side gives, and sends all in clear text',
    source: stig('RHEL-09-215035'),
  },
  {
    name: 'finger',
    ports: ['tcp/79'],
    processes: ['fingerd', 'in.fingerd'],
    evenOnLoopback: true,
    reason: 'tells anybody who has an account and when they work',
    source: 'RFC 1288, section 3.2',
  },
  {
    name: 'nis',
    ports: [],
    processes: ['ypserv', 'ypbind', 'rpc.yppasswdd', 'yppasswdd', 'ypxfrd', 'rpc.ypxfrd'],
    evenOnLoopback: true,
    reason: 'hands out password hashes without authentication',
    source: cis('2.1.10'),
  },
  {
    name: 'talk',
    ports: ['udp/517', 'udp/518'],
    processes: ['talkd', 'in.talkd', 'ntalkd', 'in.ntalkd'],
    reason: clearText,
    source: cis('2.2.3'),
  },
  {
    name: 'small-services',
    ports: ['tcp/7', 'udp/7', 'tcp/9', 'udp/9', 'tcp/13', 'udp/13', 'tcp/19', 'udp/19', 'tcp/37', 'udp/37'],
    processes: [],
    reason: 'answers anybody, and so serves to flood others',
    source: cis('2.1.19'),
  },
  {
    name: 'snmp',
    ports: ['udp/161', 'tcp/161'],
    processes: ['snmpd', 'snmp'],
    versions: { fact: 'snmp_versions', prohibited: ['1', '2', '2c'], whereUnknown: true },
    reason: 'sends its community, which is its password, in clear text in versions 1 and 2c',
    source: cis('2.1.15'),
  },
  {
    name: 'smb1',
    ports: ['tcp/445', 'tcp/139'],
    processes: [],
    versions: { fact: 'smb_versions', prohibited: ['1'], whereUnknown: false },
    reason: 'has no protection against what stands between, and known ways in, in version 1',
    source: 'Microsoft Security Advisory, SMBv1 is not installed by default; CIS Controls 4.8',
  },
  {
    name: 'netbios',
    ports: ['udp/137', 'udp/138', 'tcp/139'],
    processes: ['nmbd'],
    reason: 'lets anybody on the network answer for any name',
    source: 'RFC 1001, section 15; CIS Microsoft Windows Server 2022 Benchmark, 18.6.4',
  },
  {
    name: 'llmnr',
    ports: ['udp/5355', 'tcp/5355'],
    processes: [],
    reason: 'lets anybody on the network answer for any name',
    source: 'RFC 4795, section 5; CIS Microsoft Windows Server 2022 Benchmark, 18.6.4.3',
  },
  {
    name: 'rpcbind',
    ports: ['tcp/111', 'udp/111'],
    processes: ['rpcbind', 'portmap'],
    reason: 'tells anybody which services run, and serves to flood others',
    source: cis('2.1.12'),
  },
  {
    name: 'x11',
    ports: ['tcp/6000-6009'],
    processes: ['Xorg', 'Xwayland'],
    reason: 'sends every key and picture in clear text',
    source: cis('2.1.20'),
  },
  {
    name: 'vnc',
    ports: ['tcp/5800-5809', 'tcp/5900-5909'],
    processes: ['Xvnc', 'Xtigervnc', 'Xtightvnc', 'x11vnc', 'vino-server', 'winvnc', 'tvnserver'],
    reason: 'sends pictures and keys in clear text, and takes no more than eight characters of a password',
    source: 'RFC 6143, section 7.2.2 and section 9',
  },
];

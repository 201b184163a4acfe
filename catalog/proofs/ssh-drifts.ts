import type { CheckDrift, UnreadableHost } from './check-drift.ts';

const hardening = '/etc/ssh/sshd_config.d/10-hardening.conf';
const early = '/etc/ssh/sshd_config.d/05-early.conf';
const set = (...lines: string[]) => `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >${early}`;
const match = (line: string) => `printf 'Match Address 192.0.2.0/24\\n  %s' '${line}' >>/etc/ssh/sshd_config`;

/** At least one drift for each check of SSH, and what the check says to it. */
export const sshDrifts: CheckDrift[] = [
  {
    check: 'linux.ssh.root_login',
    what: 'a drop-in lets root in',
    plant: set('PermitRootLogin prohibit-password'),
    says: 'SSH lets root log in: PermitRootLogin is without-password.',
  },
  {
    check: 'linux.ssh.root_login',
    what: 'a file that is included within a Match block lets root in',
    plant: `printf 'PermitRootLogin yes' >/etc/ssh/inner.conf; ${match('Include inner.conf')}`,
    says: 'SSH lets root log in from some places: /etc/ssh/inner.conf:1 yes.',
  },
  {
    check: 'linux.ssh.password_authentication',
    what: 'passwords are taken',
    plant: set('PasswordAuthentication yes'),
    says: 'SSH takes passwords: PasswordAuthentication is on.',
  },
  {
    check: 'linux.ssh.password_authentication',
    what: 'PAM asks for passwords',
    plant: set('KbdInteractiveAuthentication yes'),
    says: 'SSH may take passwords by PAM: KbdInteractiveAuthentication is on.',
  },
  {
    check: 'linux.ssh.password_authentication',
    what: 'some may log in by password',
    plant: match('PasswordAuthentication "yes"'),
    says: /^SSH takes passwords from some: \/etc\/ssh\/sshd_config:\d+ yes; none\.$/u,
  },
  {
    check: 'linux.ssh.password_authentication',
    what: 'a password is a second factor only',
    plant: set('PasswordAuthentication yes', 'AuthenticationMethods publickey,password'),
    status: 'pass',
    says: 'Nobody logs in over SSH without a key: publickey,password.',
  },
  {
    check: 'linux.ssh.empty_passwords',
    what: 'empty passwords are taken',
    plant: set('PermitEmptyPasswords yes'),
    says: 'SSH lets accounts without a password log in.',
  },
  {
    check: 'linux.ssh.ciphers',
    what: 'a cipher in CBC mode is offered',
    plant: set('Ciphers +aes128-cbc'),
    says: 'SSH offers weak ciphers: aes128-cbc.',
  },
  {
    check: 'linux.ssh.macs',
    what: 'SHA-1 is offered',
    plant: set('MACs hmac-sha2-256,hmac-sha1,umac-64@openssh.com'),
    says: 'SSH offers weak message authentication codes: hmac-sha1, umac-64@openssh.com.',
  },
  {
    check: 'linux.ssh.kex',
    what: 'a group of 1,024 bits is offered',
    plant: set('KexAlgorithms +diffie-hellman-group1-sha1'),
    says: 'SSH offers weak key exchanges: diffie-hellman-group1-sha1.',
  },
  {
    check: 'linux.ssh.hostbased_authentication',
    what: 'other hosts are trusted',
    plant: set('HostbasedAuthentication yes'),
    says: 'SSH lets people in because they come from a trusted host. Match blocks: none.',
  },
  {
    check: 'linux.ssh.hostbased_authentication',
    what: 'rhosts files are heeded',
    plant: set('IgnoreRhosts shosts-only'),
    says: 'SSH heeds rhosts files: IgnoreRhosts is shosts-only.',
  },
  {
    check: 'linux.ssh.max_auth_tries',
    what: 'a Match block allows fifty tries',
    plant: match('MaxAuthTries=50'),
    says: 'SSH allows 50 tries a connection, more than 4.',
  },
  {
    check: 'linux.ssh.max_auth_tries',
    what: 'a site asks for less than a fresh host has',
    plant: 'true',
    parameters: { limit: 3 },
    says: 'SSH allows 4 tries a connection, more than 3.',
  },
  {
    check: 'linux.ssh.client_alive',
    what: 'silent clients are never cut off',
    plant: set('ClientAliveInterval 0'),
    says: 'SSH never cuts off a client that does not answer.',
  },
  {
    check: 'linux.ssh.client_alive',
    what: 'a Match block waits for hours',
    plant: match('ClientAliveInterval 1h30m'),
    says: 'SSH waits 16200 s for a client that does not answer, more than 900 s.',
  },
  {
    check: 'linux.ssh.login_grace_time',
    what: 'a login may take two minutes',
    plant: set('LoginGraceTime 2m'),
    says: 'SSH lets connections wait 120 s for a login, more than 60 s.',
  },
  {
    check: 'linux.ssh.login_grace_time',
    what: 'a login may take for ever',
    plant: set('LoginGraceTime 0'),
    says: 'SSH lets connections wait for a login without limit.',
  },
  {
    check: 'linux.ssh.max_sessions',
    what: 'a connection may have any number of sessions',
    plant: set('MaxSessions 500'),
    says: 'SSH allows 500 sessions a connection, more than 10.',
  },
  {
    check: 'linux.ssh.max_startups',
    what: 'the default of OpenSSH is used',
    plant: `sed -i '/^MaxStartups/d' ${hardening}`,
    says: 'SSH lets too many connections wait for a login: MaxStartups is 10:30:100.',
  },
  {
    check: 'linux.ssh.x11_forwarding',
    what: 'some may forward graphics',
    plant: match('X11Forwarding yes'),
    says: /^SSH forwards X11 for some: \/etc\/ssh\/sshd_config:\d+ yes\.$/u,
  },
  {
    check: 'linux.ssh.permit_user_environment',
    what: 'users may set one variable',
    plant: set('PermitUserEnvironment LANG'),
    says: 'SSH takes the environment from files of users: PermitUserEnvironment is LANG.',
  },
  {
    check: 'linux.ssh.log_level',
    what: 'logins are not logged',
    plant: set('LogLevel ERROR'),
    says: 'SSH logs at level ERROR instead of INFO.',
  },
  {
    check: 'linux.ssh.banner',
    what: 'the text is the one of the distribution',
    plant: 'echo "Debian GNU/Linux 12" >/etc/issue.net',
    says: 'SSH shows no warning: Banner is /etc/issue.net, which says nothing of its own.',
  },
  {
    check: 'linux.ssh.banner',
    what: 'the text tells the system',
    plant: "echo 'Private. \\r on \\m' >/etc/issue.net",
    status: 'warning',
    says: 'The warning in /etc/issue.net tells which system this is.',
  },
  {
    check: 'linux.ssh.use_pam',
    what: 'PAM is not asked',
    plant: set('UsePAM no'),
    says: 'SSH does not ask PAM: UsePAM is off, so that accounts which have expired may log in.',
  },
  {
    check: 'linux.ssh.allowed_accounts',
    what: 'one account more is named',
    plant: set('AllowUsers nurse'),
    status: 'pass',
    says: 'SSH lets in only: allowusers nurse, allowgroups healer, allowgroups staff.',
  },
  {
    check: 'linux.ssh.allowed_accounts',
    what: 'nobody is named',
    plant: `sed -i '/^AllowGroups/d' ${hardening}`,
    status: 'warning',
    says: 'SSH lets every account in: neither AllowUsers nor AllowGroups is set.',
  },
  {
    check: 'linux.ssh.host_key_permissions',
    what: 'everybody may read the key of the host, wherever it lies',
    plant: `install -m 644 /etc/ssh/ssh_host_ed25519_key /etc/key; ${set('HostKey /etc/key')}`,
    says: 'Keys of the host are open: /etc/key is 644 root:root.',
  },
  {
    check: 'linux.ssh.host_key_strength',
    what: 'the host has a short RSA key',
    plant: `ssh-keygen -q -t rsa -b 2048 -N "" -f /etc/ssh/ssh_host_rsa_key`,
    says: 'Weak keys of the host: /etc/ssh/ssh_host_rsa_key is RSA 2048.',
  },
  {
    check: 'linux.ssh.authorized_keys',
    what: 'others may write to the keys of an account',
    plant: 'chmod 620 /home/healer/.ssh/authorized_keys',
    says: 'Others may write to keys of accounts: /home/healer/.ssh/authorized_keys is 620 healer.',
  },
  {
    check: 'linux.ssh.authorized_keys',
    what: 'an account is opened by a short RSA key',
    plant: `ssh-keygen -q -t rsa -b 1024 -N "" -f /root/short
      sed 's/^/restrict,command="true" /' /root/short.pub >>/home/healer/.ssh/authorized_keys`,
    says: 'Weak keys open accounts: healer: RSA under 2048 bits in line 2.',
  },
  {
    check: 'linux.ssh.authorized_keys',
    what: 'an authority may let anybody in',
    plant: "sed 's/^/cert-authority /' /home/healer/.ssh/authorized_keys >/root/.ssh/authorized_keys",
    status: 'warning',
    says: 'An authority may let anybody in as these accounts: root: line 1.',
  },
  {
    check: 'linux.ssh.authorized_keys',
    what: 'sshd does not tell where the keys lie',
    plant: set('Nonsense yes'),
    status: 'unknown',
    says: "The host's answer fits none of the cases that linux.ssh.authorized_keys knows.",
  },
];

/** For each reading of them at least one way in which it cannot be taken. */
export const sshUnreadable: UnreadableHost[] = [
  { check: 'linux.ssh.ciphers', what: 'sshd does not accept its settings', plant: set('Nonsense yes') },
  {
    check: 'linux.ssh.host_key_strength',
    what: 'a key cannot be read',
    plant: `echo nonsense >/etc/key; chmod 600 /etc/key; ${set('HostKey /etc/ssh/ssh_host_ed25519_key')}
      cp /etc/key /etc/ssh/ssh_host_ed25519_key.pub; cp /etc/key /etc/ssh/ssh_host_ed25519_key`,
  },
];

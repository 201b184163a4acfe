/** One drift, planted as an administrator or an intruder causes it. */
export interface BenchDrift {
  check: string;
  runbook: string;
  plant: string;
  /** A shell condition that holds where the drift is gone; knows nothing of our checks. */
  gone: string;
}

const hardening = '/etc/ssh/sshd_config.d/10-hardening.conf';
const setSsh = (name: string, value: string) =>
  `sed -i 's/^${name} .*/${name} ${value}/' ${hardening}; grep -q '^${name} ${value}' ${hardening}`;
const sshIs = (line: string) => `sshd -T | grep -qx '${line}'`;

/** Sixteen drifts that thirteen runbooks heal without a person, on a host of any kind. */
export const sixteenDrifts: readonly BenchDrift[] = [
  {
    check: 'linux.ssh.root_login',
    runbook: 'RB-LIN-SSH-001',
    plant: setSsh('PermitRootLogin', 'yes'),
    gone: sshIs('permitrootlogin no'),
  },
  {
    check: 'linux.ssh.password_authentication',
    runbook: 'RB-LIN-SSH-002',
    plant: setSsh('PasswordAuthentication', 'yes'),
    gone: sshIs('passwordauthentication no'),
  },
  {
    check: 'linux.ssh.ciphers',
    runbook: 'RB-LIN-SSH-002',
    plant: `echo 'Ciphers aes256-ctr,aes128-cbc,3des-cbc' >/etc/ssh/sshd_config.d/05-old-clients.conf`,
    gone: `! sshd -T | grep '^ciphers ' | grep -q cbc`,
  },
  {
    check: 'linux.ssh.max_auth_tries',
    runbook: 'RB-LIN-SSH-003',
    plant: setSsh('MaxAuthTries', '100'),
    gone: sshIs('maxauthtries 4'),
  },
  {
    check: 'linux.ssh.x11_forwarding',
    runbook: 'RB-LIN-SSH-003',
    plant: setSsh('X11Forwarding', 'yes'),
    gone: sshIs('x11forwarding no'),
  },
  {
    check: 'linux.firewall.default_deny',
    runbook: 'RB-LIN-FW-001',
    plant: 'nft flush ruleset',
    gone: `nft list chain inet filter input | grep -q 'policy drop'`,
  },
  {
    check: 'linux.services.cron_running',
    runbook: 'RB-LIN-SVC-001',
    plant: 'systemctl -q disable --now cron',
    gone: 'systemctl -q is-active cron && systemctl -q is-enabled cron',
  },
  {
    check: 'linux.services.prohibited',
    runbook: 'RB-LIN-SVC-002',
    plant: `printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/lib/systemd/system/vsftpd.service
systemctl daemon-reload; systemctl -q enable --now vsftpd`,
    gone: '! systemctl -q is-active vsftpd && ! systemctl -q is-enabled vsftpd',
  },
  {
    check: 'linux.time.sync',
    runbook: 'RB-LIN-SVC-003',
    plant: 'systemctl stop chrony',
    gone: 'systemctl -q is-active chrony',
  },
  {
    check: 'linux.audit.auditd_running',
    runbook: 'RB-LIN-AUD-001',
    plant: 'systemctl kill -s TERM auditd; while systemctl -q is-active auditd; do sleep 0.1; done',
    gone: 'systemctl -q is-active auditd',
  },
  {
    check: 'linux.audit.rules_identity',
    runbook: 'RB-LIN-AUD-002',
    plant: `sed -i '/-k identity/d' /etc/audit/rules.d/50-practice.rules; augenrules >/dev/null`,
    gone: `grep -q -- '-w /etc/passwd -p wa' /etc/audit/audit.rules && grep -q -- '-w /etc/shadow -p wa' /etc/audit/audit.rules`,
  },
  {
    check: 'linux.patch.automatic_updates',
    runbook: 'RB-LIN-PATCH-001',
    plant: `printf 'APT::Periodic::Update-Package-Lists "0";\\nAPT::Periodic::Unattended-Upgrade "0";\\n' >/etc/apt/apt.conf.d/20auto-upgrades`,
    gone: `apt-config dump | grep -q 'APT::Periodic::Unattended-Upgrade "1"'`,
  },
  {
    check: 'linux.accounts.password_max_days',
    runbook: 'RB-LIN-ACC-001',
    plant: `sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS 99999/' /etc/login.defs`,
    gone: `[ "$(awk '/^PASS_MAX_DAYS/ { print $2 }' /etc/login.defs)" -le 365 ]`,
  },
  {
    check: 'linux.files.sensitive_permissions',
    runbook: 'RB-LIN-PERM-001',
    plant: 'chmod 666 /etc/shadow /etc/passwd-; chown healer /etc/group',
    gone: `[ "$(stat -c '%a %U' /etc/group)" = '644 root' ] && [ -z "$(find /etc/shadow -perm /0026; find /etc/passwd- -perm /0022)" ]`,
  },
  {
    check: 'linux.files.suid_sgid',
    runbook: 'RB-LIN-PERM-002',
    plant: 'cp /bin/dash /usr/local/bin/backdoor; chmod 4755 /usr/local/bin/backdoor',
    gone: '[ -z "$(find /usr/local -xdev -perm /6000)" ]',
  },
  {
    check: 'linux.files.world_writable',
    runbook: 'RB-LIN-PERM-002',
    plant: 'install -d -m 777 /srv/scans',
    gone: '[ -z "$(find /srv/scans -perm -0002 ! -perm -1000)" ]',
  },
];

/** Plants all of them, in one script. */
export const plantAll = `${sixteenDrifts.map(({ plant }) => plant).join('\n')}\nsystemctl reload ssh\n`;

/** Prints `mended` or `there`, a line for each drift in their order. */
export const lookAtAll = sixteenDrifts
  .map(({ gone }) => `if ${gone}; then echo mended; else echo there; fi`)
  .join('\n');

/** The checks of the drifts that are there still, of what {@link lookAtAll} printed; all of them where it was cut short. */
export function stillThere(printed: string): string[] {
  const lines = printed.split('\n');
  return sixteenDrifts.filter((_, index) => lines[index] !== 'mended').map(({ check }) => check);
}

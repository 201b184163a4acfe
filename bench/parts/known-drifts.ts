/** A drift that the catalogue heals at L1, and what its probe prints before and after. */
export interface KnownDrift {
  check: string;
  runbook: string;
  drifted: string;
  mended: string;
}

/** What the one probe of all SSH checks prints. */
function sshdSettings(permitRootLogin: string): string {
  return `permit_root_login=${permitRootLogin}
password_authentication=no
kbd_interactive_authentication=no
authentication_methods=any
pubkey_authentication=yes
permit_empty_passwords=no
hostbased_authentication=no
ignore_rhosts=yes
permit_user_environment=no
x11_forwarding=no
login_grace_time=60
max_startups=10:30:60
log_level=VERBOSE
ciphers=aes256-gcm@openssh.com
macs=hmac-sha2-256-etm@openssh.com
kex=curve25519-sha256
use_pam=yes
max_auth_tries=4
max_sessions=4
client_alive_seconds=300
banner=/etc/issue.net
banner_text=Authorised use only
`;
}

/** Enough kinds that a thousand hosts have thousands of drifts, none twice. */
export const knownDrifts: readonly KnownDrift[] = [
  {
    check: 'linux.ssh.root_login',
    runbook: 'RB-LIN-SSH-001',
    drifted: sshdSettings('yes'),
    mended: sshdSettings('no'),
  },
  {
    check: 'linux.firewall.default_deny',
    runbook: 'RB-LIN-FW-001',
    drifted: 'nft_installed=true\nipv4_closed=false\nipv6_closed=false\nipv6_in_use=true\n',
    mended:
      'nft_installed=true\nipv4_closed=true\nipv6_closed=true\nipv6_in_use=true\ninput_chains=inet filter input drop\n',
  },
  {
    check: 'linux.audit.auditd_running',
    runbook: 'RB-LIN-AUD-001',
    drifted: 'load_state=loaded\nactive_state=inactive\nunit_file_state=disabled\n',
    mended: 'load_state=loaded\nactive_state=active\nunit_file_state=enabled\n',
  },
  {
    check: 'linux.time.sync',
    runbook: 'RB-LIN-SVC-003',
    drifted: 'installed=chrony inactive disabled\nactive_count=0\n',
    mended: 'installed=chrony active enabled\nactive_count=1\ndaemon=chrony\nunit_file_state=enabled\n',
  },
];

/** A drift that the catalogue heals at L1, and what its probe prints before and after. */
export interface KnownDrift {
  check: string;
  runbook: string;
  drifted: string;
  mended: string;
}

/** Enough kinds that a thousand hosts have thousands of drifts, none twice. */
export const knownDrifts: readonly KnownDrift[] = [
  {
    check: 'linux.ssh.root_login',
    runbook: 'RB-LIN-SSH-001',
    drifted: 'permit_root_login=yes\n',
    mended: 'permit_root_login=no\n',
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

import type { CheckDrift, UnreadableHost } from './check-drift.ts';
import { broken } from './in-layers.ts';

const soon = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const release = (id: string, version: string) =>
  `rm /etc/os-release; printf 'ID=${id}\\nVERSION_ID="${version}"\\n' >/etc/os-release`;

/** At least one drift for each check of updates; that an update waits is planted by the drills of RB-LIN-PATCH-001. */
export const updateDrifts: CheckDrift[] = [
  {
    check: 'linux.patch.security_updates',
    what: 'the package lists are a month old',
    plant: 'touch -d "30 days ago" /var/lib/apt/lists /var/lib/apt/periodic/update-success-stamp',
    says: 'The package lists are 30 days old, so nobody knows which updates the host lacks.',
  },
  {
    check: 'linux.patch.security_updates',
    what: 'there are no package lists',
    plant: 'rm /var/lib/apt/lists/*Release*',
    says: 'The host has no package lists, so nobody knows which updates it lacks.',
  },
  {
    check: 'linux.patch.automatic_updates',
    what: 'a settings file switches them off',
    plant: 'echo \'APT::Periodic::Unattended-Upgrade "0";\' >/etc/apt/apt.conf.d/90-off',
    says: 'Security updates do not come by themselves: APT::Periodic::Unattended-Upgrade is off.',
  },
  {
    check: 'linux.patch.automatic_updates',
    what: 'unattended-upgrades is gone, and so are its origins',
    plant: 'rm /usr/bin/unattended-upgrade /etc/apt/apt.conf.d/50unattended-upgrades',
    says: /unattended-upgrades is not installed, no security archive is among the origins/u,
  },
  {
    check: 'linux.patch.reboot_required',
    what: 'a newer kernel is installed than the one that runs',
    plant: 'touch "/boot/vmlinuz-$(uname -r)" /boot/vmlinuz-99.1-amd64',
    status: 'warning',
    says: /^The host has to be restarted for: kernel 99\.1-amd64, while /u,
  },
  {
    check: 'linux.patch.reboot_required',
    what: 'a package asks for a restart',
    plant: 'touch /run/reboot-required; echo libc6 >/run/reboot-required.pkgs',
    undo: 'rm /run/reboot-required /run/reboot-required.pkgs',
    status: 'warning',
    says: 'The host has to be restarted for: libc6.',
  },
  {
    check: 'linux.patch.repository_signatures',
    what: 'an archive is trusted without a signature',
    plant: "echo 'deb [arch=amd64 trusted=yes] file:/srv/x ./' >/etc/apt/sources.list.d/x.list",
    says: 'Unsigned packages are let in by /etc/apt/sources.list.d/x.list line 1.',
  },
  {
    check: 'linux.patch.repository_signatures',
    what: 'an archive of the newer form is trusted, and a setting lets in unsigned packages',
    plant: `printf 'Types: deb\\nTrusted: yes\\n' >/etc/apt/sources.list.d/y.sources
      echo 'APT::Get::AllowUnauthenticated "true";' >/etc/apt/apt.conf.d/90-unsigned`,
    says: /the setting APT::Get::AllowUnauthenticated, \/etc\/apt\/sources\.list\.d\/y\.sources line 2/u,
  },
  {
    check: 'linux.patch.release_supported',
    what: 'the release is long past its end',
    plant: release('debian', '10'),
    says: 'debian 10 gets no security updates since 2024-06-30.',
  },
  {
    check: 'linux.patch.release_supported',
    what: 'its end is near',
    plant: release('debian', '12'),
    parameters: { ends: `debian-12=${soon}` },
    status: 'warning',
    says: `debian 12 gets security updates only until ${soon}.`,
  },
  {
    check: 'linux.patch.release_supported',
    what: 'the site has a contract for longer',
    plant: release('ubuntu', '20.04'),
    parameters: { ends: 'ubuntu-20.04=2099-01-01' },
    status: 'pass',
    says: 'ubuntu 20.04 gets security updates until 2099-01-01.',
  },
  {
    check: 'linux.patch.release_supported',
    what: 'nobody knows the release',
    plant: release('plan9', '4'),
    status: 'unknown',
    says: /^Nobody here knows how long plan9 4 is supported/u,
  },
];

export const updateUnreadable: UnreadableHost[] = [
  { check: 'linux.patch.security_updates', what: 'apt-get fails', plant: broken('apt-get') },
  { check: 'linux.patch.automatic_updates', what: 'systemctl fails', plant: broken('systemctl') },
  { check: 'linux.patch.repository_signatures', what: 'apt-config fails', plant: broken('apt-config') },
  { check: 'linux.patch.release_supported', what: 'date fails', plant: broken('date') },
];

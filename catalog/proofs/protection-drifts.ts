import type { CheckDrift, UnreadableHost } from './check-drift.ts';
import { broken } from './in-layers.ts';

const directory = '/etc/ssl/local';
const certificate = (name: string, options: string) => `mkdir -p ${directory}
  openssl req -x509 -nodes -subj /CN=${name} -keyout ${directory}/${name}.key -out ${directory}/${name}.crt ${options}`;
const strong = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha256';
const openssl = '/etc/ssl/openssl.cnf';

/** Signed for a month that is long over. */
const expired = `mkdir -p ${directory} /root/authority; cd /root/authority; : >index; echo 01 >serial
  printf '[ca]\\ndefault_ca=own\\n[own]\\nnew_certs_dir=.\\ndatabase=index\\nserial=serial\\ndefault_md=sha256\\npolicy=any\\n[any]\\ncommonName=supplied\\n' >conf
  openssl req -new -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=old -keyout key -out request
  openssl ca -batch -config conf -selfsign -keyfile key -in request -out ${directory}/old.crt \\
    -startdate 20200101000000Z -enddate 20200201000000Z`;

/** Drifts of package files, TLS settings, certificates and keys. */
export const protectionDrifts: CheckDrift[] = [
  {
    check: 'linux.integrity.package_files',
    what: 'passwd was replaced and a library of PAM is gone',
    plant: 'echo >>/usr/bin/passwd; rm /usr/lib/*/security/pam_unix.so',
    says: /^These are not the files of their packages: \/usr\/bin\/passwd, .*pam_unix\.so is missing\.$/u,
  },
  {
    check: 'linux.integrity.file_monitor',
    what: 'nothing watches files, and the site wants it',
    plant: 'true',
    parameters: { required: true },
    says: 'Nothing watches files for changes.',
  },
  {
    check: 'linux.integrity.file_monitor',
    what: 'AIDE was installed and never started',
    plant: 'cp /bin/true /usr/bin/aide',
    says: 'Files are not watched: AIDE has no database, nothing starts AIDE.',
  },
  {
    check: 'linux.integrity.file_monitor',
    what: 'AIDE has a database and a job',
    plant: `cp /bin/true /usr/bin/aide; mkdir -p /var/lib/aide; echo x >/var/lib/aide/aide.db
      echo '5 4 * * * root /usr/bin/aide --check' >/etc/cron.d/aide`,
    status: 'pass',
    says: 'Files are watched by aide.',
  },
  {
    check: 'linux.tls.openssl_policy',
    what: 'the settings bring back TLS 1.0',
    plant: `printf '[system_default_sect]\\nMinProtocol = TLSv1\\n' >>${openssl}`,
    says: /^Weak protocols are allowed by .*openssl\.cnf line \d+ MinProtocol=TLSv1\.$/u,
  },
  {
    check: 'linux.tls.openssl_policy',
    what: 'an included file takes the security level away',
    plant: `echo '.include /etc/ssl/more' >>${openssl}; mkdir /etc/ssl/more
      echo 'CipherString = DEFAULT@SECLEVEL=0' >/etc/ssl/more/weak.cnf`,
    says: 'Weak protocols are allowed by /etc/ssl/more/weak.cnf line 1 CipherString=DEFAULT@SECLEVEL=0.',
  },
  {
    check: 'linux.certificates.files',
    what: 'a certificate has run out',
    plant: expired,
    says: `These certificates have run out: ${directory}/old.crt.`,
  },
  {
    check: 'linux.certificates.files',
    what: 'a certificate runs out in three days',
    plant: certificate('ending', `${strong} -days 3`),
    says: /^These certificates are about to run out: \/etc\/ssl\/local\/ending\.crt, on /u,
  },
  {
    check: 'linux.certificates.files',
    what: 'a certificate runs out in two weeks',
    plant: certificate('ending', `${strong} -days 15`),
    status: 'warning',
    says: /^These certificates run out soon: /u,
  },
  {
    check: 'linux.certificates.files',
    what: 'a certificate has a short key and an old signature',
    plant: certificate('weak', '-newkey rsa:1024 -sha1 -days 100'),
    says: /weak\.crt is signed with sha1WithRSAEncryption, \/etc\/ssl\/local\/weak\.crt has a key of 1024 bits/u,
  },
  {
    check: 'linux.certificates.files',
    what: 'a certificate is cut off',
    plant: `mkdir ${directory}; printf -- '-----BEGIN CERTIFICATE-----\\nMIIB' >${directory}/cut.crt`,
    status: 'warning',
    says: `These certificates cannot be read: ${directory}/cut.crt.`,
  },
  {
    check: 'linux.certificates.files',
    what: 'certificates are sound',
    plant: `${certificate('one', `${strong} -days 100`)}\n${certificate('two', '-newkey rsa:2048 -days 100')}`,
    status: 'pass',
    says: 'All 2 certificates are valid and sound.',
  },
  {
    check: 'linux.certificates.key_permissions',
    what: 'everybody may read a key',
    plant: `${certificate('open', strong)}; chmod 644 ${directory}/open.key`,
    says: `Too many may read or change: ${directory}/open.key is 644, at most 640.`,
  },
];

export const protectionUnreadable: UnreadableHost[] = [
  { check: 'linux.integrity.package_files', what: 'dpkg fails', plant: broken('dpkg') },
  { check: 'linux.tls.openssl_policy', what: 'openssl fails', plant: broken('openssl') },
  {
    check: 'linux.certificates.files',
    what: 'openssl fails',
    plant: `${certificate('one', strong)}; ${broken('openssl')}`,
  },
  {
    check: 'linux.certificates.key_permissions',
    what: 'stat fails',
    plant: `${certificate('one', strong)}; ${broken('stat')}`,
  },
];

import type { CheckDrift, UnreadableHost } from './check-drift.ts';
import { broken } from './in-layers.ts';

const directory = '/etc/postgresql/15/main';
/** Settings and entry rules as Debian lays them out. */
const postgres = (settings: string, entry: string) => `
  mkdir -p ${directory}/conf.d /var/lib/postgresql/15/main; cd /etc
  printf "data_directory = '/var/lib/postgresql/15/main'\\t# here\\nhba_file = '${directory}/pg_hba.conf'\\ninclude_dir = 'conf.d'\\n" >${directory}/postgresql.conf
  printf '${settings}\\nssl_cert_file = x.pem\\n' >>${directory}/postgresql.conf
  printf 'local all postgres peer\\nhost all all 127.0.0.1/32 scram-sha-256\\n${entry}\\n' >${directory}/pg_hba.conf`;
const mysql = (settings: string) => `cp /bin/true /usr/sbin/mysqld; mkdir -p /etc/mysql/conf.d
  printf '[client]\\nrequire_secure_transport = on\\n!includedir /etc/mysql/conf.d/\\n' >/etc/mysql/my.cnf
  printf '[mysqld]\\n${settings}\\n' >/etc/mysql/conf.d/server.cnf`;
const allAddresses = 'LISTEN_addresses = *';

/** Drifts of PostgreSQL, MySQL and MariaDB, by their settings files. */
export const databaseDrifts: CheckDrift[] = [
  {
    check: 'linux.database.postgresql_tls',
    what: 'it listens to the network and offers no TLS',
    plant: postgres(`${allAddresses}\\nssl = off`, 'hostssl all all 10.0.0.0/8 scram-sha-256'),
    says: `PostgreSQL offers no TLS: ${directory}/postgresql.conf.`,
  },
  {
    check: 'linux.database.postgresql_tls',
    what: 'ALTER SYSTEM had the last word and switched TLS off',
    plant: `${postgres(`${allAddresses}\\nssl = on`, 'hostssl all all 10.0.0.0/8 scram-sha-256')}
      echo "ssl = 'off'" >/var/lib/postgresql/15/main/postgresql.auto.conf`,
    says: /^PostgreSQL offers no TLS/u,
  },
  {
    check: 'linux.database.postgresql_tls',
    what: 'a line lets in without TLS',
    plant: postgres('ssl = on', 'host all all 10.0.0.0 255.0.0.0 scram-sha-256'),
    says: `People are let in without TLS by ${directory}/pg_hba.conf line 3 from 10.0.0.0; write hostssl.`,
  },
  {
    check: 'linux.database.postgresql_tls',
    what: 'an included file allows TLS 1.0',
    plant: `${postgres('ssl = on', '')}; echo "ssl_min_protocol_version = 'TLSv1'" >${directory}/conf.d/old.conf`,
    says: /allows TLSv1\.$/u,
  },
  {
    check: 'linux.database.postgresql_tls',
    what: 'all is as it must be',
    plant: postgres(
      `${allAddresses}\\nssl = on`,
      'hostssl all all all scram-sha-256\\nhost all all all reject',
    ),
    status: 'pass',
    says: 'PostgreSQL lets nobody in over the network without TLS.',
  },
  {
    check: 'linux.database.postgresql_access',
    what: 'whoever gives a name is let in',
    plant: postgres('', 'local all all trust'),
    says: `Whoever gives a name is let in by ${directory}/pg_hba.conf line 3.`,
  },
  {
    check: 'linux.database.postgresql_access',
    what: 'the password goes over the network in MD5',
    plant: postgres('', 'hostssl all all 10.0.0.0/8 md5'),
    says: `The proof asked for is weak at ${directory}/pg_hba.conf line 3 by md5; use scram-sha-256.`,
  },
  {
    check: 'linux.database.postgresql_listen',
    what: 'it listens at all addresses',
    plant: postgres(allAddresses, ''),
    says: 'PostgreSQL listens at all addresses; name one in listen_addresses.',
  },
  {
    check: 'linux.database.postgresql_listen',
    what: 'it listens at all addresses, and the site wants that',
    plant: postgres(allAddresses, ''),
    parameters: { allow_all: true },
    status: 'pass',
    says: /as the site wants it/u,
  },
  {
    check: 'linux.database.mysql_tls',
    what: 'it takes connections in clear',
    plant: mysql('bind-address = 0.0.0.0'),
    says: 'The database listens at 0.0.0.0 and takes connections in clear; set require_secure_transport.',
  },
  {
    check: 'linux.database.mysql_tls',
    what: 'TLS is switched off',
    plant: mysql('skip_ssl\\nrequire_secure_transport = on'),
    says: 'The database has TLS switched off.',
  },
  {
    check: 'linux.database.mysql_tls',
    what: 'every connection needs TLS',
    plant: mysql('require-secure-transport = ON # all'),
    status: 'pass',
    says: 'The database takes no connection in clear.',
  },
  {
    check: 'linux.database.backup_age',
    what: 'there is no dump',
    plant: 'mkdir -p /var/lib/postgresql/15/main; echo 15 >/var/lib/postgresql/15/main/PG_VERSION',
    says: /^The host has PostgreSQL, and there is no dump/u,
  },
  {
    check: 'linux.database.backup_age',
    what: 'the dump is two days old, and a newer one is empty',
    plant: `mkdir -p /var/lib/mysql; touch /var/lib/mysql/ibdata1 /var/backups/new.sql
      echo x >/var/backups/all.sql; touch -d '50 hours ago' /var/backups/all.sql`,
    says: 'The newest dump, /var/backups/all.sql, is 50 hours old, more than 26.',
  },
  {
    check: 'linux.database.backup_age',
    what: 'the dump is of today',
    plant: 'mkdir -p /var/lib/mysql; touch /var/lib/mysql/ibdata1; echo x >/var/backups/all.sql',
    status: 'pass',
    says: 'The newest dump, /var/backups/all.sql, is 0 hours old.',
  },
];

export const databaseUnreadable: UnreadableHost[] = [
  {
    check: 'linux.database.postgresql_access',
    what: 'the entry rules include another file',
    plant: postgres('', 'include /etc/more.conf'),
  },
  {
    check: 'linux.database.postgresql_access',
    what: 'the entry rules are not where the settings say',
    plant: `${postgres('', '')}; rm ${directory}/pg_hba.conf`,
  },
  { check: 'linux.database.mysql_tls', what: 'awk fails', plant: `${mysql('')}; ${broken('awk')}` },
  {
    check: 'linux.database.backup_age',
    what: 'stat fails',
    plant: `mkdir -p /var/lib/mysql; touch /var/lib/mysql/ibdata1; echo x >/var/backups/all.sql; ${broken('stat')}`,
  },
];

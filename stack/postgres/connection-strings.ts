import type { PostgresCredentials } from './credentials.ts';

export const databaseName = 'malachor';
export const ownerRole = 'malachor_owner';
export const applicationRole = 'malachor_app';

/** Where and as whom a server is reached. Both hold a password: for the environment of a process, never for a log. */
export interface ConnectionStrings {
  /** The role that owns the tables; for migrations only. */
  ownerUrl: string;
  /** The application's role, which row-level security binds. */
  url: string;
}

export function connectionStrings(port: number, credentials: PostgresCredentials): ConnectionStrings {
  const address = (role: string, password: string) =>
    `postgresql://${role}:${password}@127.0.0.1:${port}/${databaseName}`;
  return {
    ownerUrl: address(ownerRole, credentials.ownerPassword),
    url: address(applicationRole, credentials.applicationPassword),
  };
}

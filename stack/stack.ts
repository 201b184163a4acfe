import type { SitePolicy } from '../contracts/site-policy.ts';
import type { Lab, LabHost } from './lab/lab.ts';
import type { Log } from './log.ts';
import type { NewOperator } from './secrets.ts';
import type { SupervisedProcess } from './supervisor/supervise.ts';

/** A site the stack shall serve. */
export interface SiteSetting {
  id: string;
  name?: string;
  /** How many of the lab's hosts are its own. */
  hosts: number;
  /** How many of the lab's hosts with a kernel of their own it has besides. */
  ownKernels?: number;
  policy?: SitePolicy;
  /** Baseline its hosts are held to; without it the server's, with or without what needs an own kernel. */
  baseline?: string;
}

/** Which hosts there are. */
export type LabSetting =
  | {
      kind: 'booted';
      count: number;
      /** How many more with a kernel of their own; only where the lab can boot such. */
      ownKernels?: number;
    }
  | { kind: 'given'; hosts: readonly string[]; identityFile: string }
  | { kind: 'none' };

/** Ports on 127.0.0.1. */
export interface StackPorts {
  api: number;
  temporal: number;
  temporalWeb: number;
  postgres: number;
}

/** Servers that run already, and so are not started. */
export interface ExternalServers {
  databaseUrl?: string;
  databaseOwnerUrl?: string;
  /** host:port of Temporal's frontend. */
  temporalAddress?: string;
}

export interface StackSettings {
  namespace?: string;
  retentionDays?: number;
  /** How Temporal's database commits; see `startTemporal`. */
  synchronous?: 'full' | 'normal';
  logLevel?: string;
  /** More environment for single processes, as `ANTHROPIC_BASE_URL` for the worker. */
  environment?: Partial<Record<'api' | 'worker' | 'appliance', Record<string, string>>>;
  /** People besides the admin; their tokens are in `Stack.tokens`. */
  operators?: readonly NewOperator[];
}

export interface StackOptions {
  /** Root of the checkout. */
  projectDirectory: string;
  dataDirectory: string;
  cacheDirectory: string;
  ports: StackPorts;
  sites: readonly SiteSetting[];
  lab: LabSetting;
  external?: ExternalServers;
  settings?: StackSettings;
  log: Log;
}

export interface StackAddresses {
  /** `http://127.0.0.1:8470`. */
  api: string;
  /** host:port of the frontend. */
  temporal: string;
  /** Absent where Temporal is not ours. */
  temporalWeb?: string;
  namespace: string;
}

/** A site with its part of the lab. */
export interface RunningSite {
  id: string;
  hosts: readonly LabHost[];
}

/** The whole system, running on this machine. */
export interface Stack {
  addresses: StackAddresses;
  /** Connection string of the application role. Holds a password. */
  databaseUrl: string;
  /** Connection string of the role that owns the tables. Holds a password. */
  databaseOwnerUrl: string;
  secretsDirectory: string;
  logDirectory: string;
  /** Bearer tokens by person; `admin` is always there. */
  tokens: ReadonlyMap<string, string>;
  sites: readonly RunningSite[];
  processes: {
    /** Absent where the server is not ours. */
    postgres?: SupervisedProcess;
    temporal?: SupervisedProcess;
    api: SupervisedProcess;
    worker: SupervisedProcess;
    /** By site. */
    appliances: ReadonlyMap<string, SupervisedProcess>;
  };
  lab: Lab | undefined;
  /** Ends everything in reverse order. Idempotent. */
  stop(): Promise<void>;
}

import { z } from 'zod';

/**
 * Identifiers of the domain and the names Temporal knows them by. Every id is a plain string checked at the edge;
 * workflow ids and task queues are only ever built and read here.
 */

const slug = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** One practice location, the unit of tenant isolation. A DNS label (RFC 1123). */
export const siteIdSchema = z.string().regex(slug, 'a site id is a DNS label: a-z, 0-9 and inner hyphens');
/** An appliance within its site. A DNS label (RFC 1123). */
export const applianceIdSchema = z.string().regex(slug, 'is not a DNS label');
/** A host within its site. A DNS label (RFC 1123). */
export const hostIdSchema = z.string().regex(slug, 'a host id is a DNS label: a-z, 0-9 and inner hyphens');
/** A check, dotted from general to special: `linux.ssh.root_login`. */
export const checkIdSchema = z
  .string()
  .max(100)
  .regex(
    /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/,
    'a check id is dotted lower case, as linux.ssh.root_login',
  );
/** A probe that several checks share, dotted from general to special: `linux.sshd`. */
export const probeIdSchema = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/, 'a probe id is dotted lower case, as linux.sshd');
/** A runbook: `RB-LIN-SSH-001`. */
export const runbookIdSchema = z
  .string()
  .regex(/^RB-[A-Z]{2,5}-[A-Z]{2,8}-\d{3}$/, 'a runbook id looks like RB-LIN-SSH-001');
/** An L1 rule: `L1-LIN-SSH-001`. */
export const ruleIdSchema = z
  .string()
  .max(100)
  .regex(/^[A-Z0-9]+(?:-[A-Z0-9]+)+$/, 'a rule id is upper case with hyphens, as L1-LIN-SSH-001');

/** What an incident is about; at most one incident is open for each. */
export interface IncidentKey {
  site: string;
  host: string;
  check: string;
}

/** Task queue of the central worker: all workflows and central activities. */
export const centralTaskQueue = 'central';

/** Task queue that only the appliances of `site` poll. */
export function siteTaskQueue(site: string): string {
  return `site-${site}`;
}

/** Workflow id of the incident of `key`; Temporal allows one open workflow an id, hence one open incident a drift. */
export function incidentWorkflowId(key: IncidentKey): string {
  return `incident/${key.site}/${key.host}/${key.check}`;
}

/** Id of the Temporal Schedule that scans `site`; its runs append a hyphen and their time. */
export function scanScheduleId(site: string): string {
  return `scan/${site}/scheduled`;
}

/** Id of the Temporal Schedule that fetches what appliances of `site` signed; its runs append a hyphen and their time. */
export function evidenceScheduleId(site: string): string {
  return `evidence/${site}/scheduled`;
}

/** Workflow id of records of `site` that were sent to the API, by the digest of what was sent. */
export function submissionWorkflowId(site: string, digest: string): string {
  return `evidence/${site}/${digest}`;
}

/** Id of the Temporal Schedule that has the ledger of `site` cosigned; its runs append a hyphen and their time. */
export function witnessScheduleId(site: string): string {
  return `witness/${site}/scheduled`;
}

/** Id of the Temporal Schedule that anchors the ledgers of all sites; its runs append a hyphen and their time. */
export const anchorScheduleId = 'anchor/scheduled';

/** Id of the Temporal Schedule that puts evidence into the object store; its runs append a hyphen and their time. */
export const storeScheduleId = 'store/scheduled';

/** Id of the Temporal Schedule that compares ledgers and object store; its runs append a hyphen and their time. */
export const reconcileScheduleId = 'reconcile/scheduled';

/** Workflow id of one scan of `site` that somebody asked for. */
export function scanWorkflowId(site: string, requestId: string): string {
  return `scan/${site}/${requestId}`;
}

/** Workflow id of one notification of `site`. */
export function notificationWorkflowId(site: string, notificationId: string): string {
  return `notification/${site}/${notificationId}`;
}

/** The key in an incident's workflow id, or undefined where it is not one. */
export function parseIncidentWorkflowId(workflowId: string): IncidentKey | undefined {
  const [kind, site, host, check, ...rest] = workflowId.split('/');
  if (kind !== 'incident' || !site || !host || !check || rest.length > 0) return undefined;
  return { site, host, check };
}

const siteWorkflowKinds = new Set(['incident', 'scan', 'notification', 'evidence', 'witness']);

/** The site a workflow works for, read from its id; undefined for workflows that serve all sites. */
export function siteOfWorkflowId(workflowId: string): string | undefined {
  const [kind, site, ...rest] = workflowId.split('/');
  if (kind === undefined || !siteWorkflowKinds.has(kind) || rest.length === 0) return undefined;
  return siteIdSchema.safeParse(site).success ? site : undefined;
}

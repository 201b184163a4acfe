import type { Metric } from '../../contracts/catalog/check.ts';
import type { CheckEvidence, EvidenceStatus } from './evidence.ts';

/** Why points are lost: the state of a check, or that a metric or a whole site has none. */
export const lossStatuses = [
  'warning',
  'fail',
  'error',
  'unknown',
  'stale',
  'missing',
  'disabled',
  'not_measured',
] as const satisfies readonly (EvidenceStatus | 'not_measured')[];
export type LossStatus = (typeof lossStatuses)[number];

/** One loss of points: where, why, how many, and what would bring them back. */
export interface Loss {
  host?: string;
  metric?: Metric;
  check?: string;
  status: LossStatus;
  /** Millionths of a point. */
  microPoints: number;
  reason: string;
  nextStep: string;
  /** Two people accept it until then; it is lost all the same. */
  acceptedUntil?: string;
}

/** What a check that is no pass loses. */
export function explainCheck(site: string, host: string, evidence: CheckEvidence, microPoints: number): Loss {
  const { check, metric, status, title, message, acceptedUntil } = evidence;
  if (status === 'pass') throw new Error('unreachable: a pass loses nothing');
  return {
    host,
    metric,
    check,
    status,
    microPoints,
    reason: `${title}: ${message}`,
    nextStep: evidence.nextStep ?? nextStepOf(site, host, check, status),
    ...(acceptedUntil === undefined ? {} : { acceptedUntil }),
  };
}

/** What a metric that nothing measures on a host loses. */
export function explainMetric(host: string, metric: Metric, microPoints: number): Loss {
  return {
    host,
    metric,
    status: 'not_measured',
    microPoints,
    reason: `Nothing checks ${metric} on ${host}`,
    nextStep: `Hold ${host} to a baseline with a check of ${metric}.`,
  };
}

/** What a site without hosts loses. */
export function explainEmptySite(microPoints: number): Loss {
  return {
    status: 'not_measured',
    microPoints,
    reason: 'No host of the site is known',
    nextStep: 'Enrol the hosts with the appliance and scan the site.',
  };
}

function nextStepOf(
  site: string,
  host: string,
  check: string,
  status: Exclude<LossStatus, 'not_measured'>,
): string {
  switch (status) {
    case 'warning':
    case 'fail':
    case 'error':
    case 'unknown':
      return `Open incident ${site}~${host}~${check} and settle it.`;
    case 'stale':
      return `Scan ${host}; where that brings nothing, look at the appliance.`;
    case 'missing':
      return `Scan ${host}.`;
    case 'disabled':
      return `Turn ${check} on again, or leave the points: what is not checked is not passed.`;
  }
}

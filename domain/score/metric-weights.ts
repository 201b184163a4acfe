import type { Metric } from '../../contracts/catalog/check.ts';

/**
 * What each metric counts of a host's hundred points (B7). They sum to 100. Patching and backup weigh most: most
 * ransomware that reached small practices came in through a known hole, and a tested backup decides how it ends.
 */
export const metricWeights: Readonly<Record<Metric, number>> = {
  patching: 20,
  backup: 20,
  logging: 15,
  firewall: 15,
  antivirus: 10,
  encryption: 10,
  network: 10,
};

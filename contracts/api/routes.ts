import { diffSiteChecks, listHostChecks, listSiteChecks, setSiteCheck } from './checks.ts';
import { evidencePublicKey, listBundles, siteKeys, submitEvidence, verifyEvidence } from './evidence.ts';
import { evidenceSummary } from './evidence-summary.ts';
import { listHosts } from './hosts.ts';
import {
  acknowledgeIncident,
  decideIncident,
  getIncident,
  listIncidents,
  releaseFlappingIncident,
} from './incidents.ts';
import { listAcceptedRisks } from './risks.ts';
import type { Route } from './route.ts';
import { scoreHistory, scoreOfSites, siteScore } from './score.ts';
import { health, openApiDescription } from './service.ts';
import { listSites, scanSite } from './sites.ts';

/** Every operation of the API, in the order its description lists them. */
export const routes: readonly Route[] = [
  listIncidents,
  getIncident,
  decideIncident,
  acknowledgeIncident,
  releaseFlappingIncident,
  listSites,
  scanSite,
  listHosts,
  listHostChecks,
  listSiteChecks,
  diffSiteChecks,
  setSiteCheck,
  listAcceptedRisks,
  siteScore,
  scoreHistory,
  scoreOfSites,
  evidenceSummary,
  verifyEvidence,
  listBundles,
  submitEvidence,
  siteKeys,
  evidencePublicKey,
  health,
  openApiDescription,
];

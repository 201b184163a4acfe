import { evidencePublicKey, evidenceSummary, listBundles, verifyEvidence } from './evidence.ts';
import { listHosts } from './hosts.ts';
import {
  acknowledgeIncident,
  decideIncident,
  getIncident,
  listIncidents,
  releaseFlappingIncident,
} from './incidents.ts';
import type { Route } from './route.ts';
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
  evidenceSummary,
  verifyEvidence,
  listBundles,
  evidencePublicKey,
  health,
  openApiDescription,
];

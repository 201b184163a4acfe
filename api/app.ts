import type { PayloadCodec } from '@temporalio/common';
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import type { Catalog } from '../contracts/catalog/catalog.ts';
import { routes } from '../contracts/api/routes.ts';
import { openApiDescription } from '../contracts/api/service.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { createFailedAttempts } from './auth/failed-attempts.ts';
import type { OperatorDirectory } from './auth/operators.ts';
import { mountChecks } from './features/checks/check-router.ts';
import { createCheckService } from './features/checks/check-service.ts';
import type { StoredChecks } from './features/checks/stored-checks.ts';
import { codecRoutes, mountCodec } from './features/codec/codec-router.ts';
import { createSessions } from './features/codec/sessions.ts';
import type { EvidenceReader, EvidenceSubmitter } from './features/evidence/evidence-ports.ts';
import { mountEvidence } from './features/evidence/evidence-router.ts';
import { mountHealth, type HealthProbes } from './features/health/health-router.ts';
import { mountHosts, type HostReader } from './features/hosts/host-router.ts';
import type { IncidentMessenger, IncidentReader } from './features/incidents/incident-ports.ts';
import { mountIncidents } from './features/incidents/incident-router.ts';
import { createIncidentService } from './features/incidents/incident-service.ts';
import { mountRisks, type RiskReader } from './features/risks/risk-router.ts';
import { mountScore } from './features/score/score-router.ts';
import { createScoreService, type ScoreHistoryReader } from './features/score/score-service.ts';
import type { ScanStarter, SiteReader } from './features/sites/site-ports.ts';
import { mountSites } from './features/sites/site-router.ts';
import { answerProblems, type ProblemTranslator } from './http/answer-problems.ts';
import { logRequests } from './http/log-requests.ts';
import { createMount } from './http/mount.ts';
import { refuseUnknown } from './http/refuse-unknown.ts';
import { nameRequest } from './http/request-context.ts';
import { securityHeaders } from './http/security-headers.ts';
import { openApiDocument } from './openapi.ts';

/** Everything the API needs of the outside. */
export interface ApiPorts {
  incidents: IncidentReader;
  messenger: IncidentMessenger;
  sites: SiteReader & HostReader;
  scans: ScanStarter;
  checks: StoredChecks;
  scoreHistory: ScoreHistoryReader;
  risks: RiskReader;
  /** The catalogue as it stands. */
  catalog: () => Catalog;
  evidence: EvidenceReader;
  submissions: EvidenceSubmitter;
  probes: HealthProbes;
  operators: OperatorDirectory;
  /** Decodes for Temporal Web; lets payloads in the clear pass. */
  codec: PayloadCodec;
  /** Knows the errors that the ports reject with. */
  translate: ProblemTranslator;
  logger: Logger;
  /** Milliseconds, for limits and sessions; any origin. */
  now: () => number;
  clock: () => Date;
}

export interface ApiSettings {
  temporalWebOrigins: readonly string[];
  isTls: boolean;
  /** Wrong tokens from one address within a minute before it has to wait. */
  maxFailedAttempts?: number;
}

const maxBodyBytes = 64 * 1_024;
const sessionLifetimeMs = 8 * 3_600_000;

/** The API as an Express application that is not listening yet. */
export function createApp(ports: ApiPorts, settings: ApiSettings): Express {
  const { logger, now } = ports;
  const failures = createFailedAttempts({ limit: settings.maxFailedAttempts ?? 20, windowMs: 60_000, now });
  const authenticator = createAuthenticator(ports.operators, failures);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  app.use(nameRequest, logRequests(logger), securityHeaders);

  const mount = createMount(app, {
    authenticate: (request) => authenticator.byHeader(request),
    maxBodyBytes,
  });
  mountIncidents(mount, createIncidentService(ports.incidents), ports.messenger);
  mountSites(mount, ports.sites, ports.scans);
  mountHosts(mount, ports.sites);
  mountChecks(mount, createCheckService(ports));
  mountRisks(mount, ports.sites, ports.risks);
  mountScore(mount, createScoreService(ports));
  mountEvidence(mount, ports.evidence, ports.submissions, ports.sites);
  mountHealth(mount, ports.probes);
  const description = openApiDocument();
  mount(openApiDescription, async () => ({ body: description }));
  mountCodec(app, {
    codec: ports.codec,
    authenticator,
    sessions: createSessions({ lifetimeMs: sessionLifetimeMs, now }),
    sessionLifetimeMs,
    webOrigins: settings.temporalWebOrigins,
    isTls: settings.isTls,
  });

  refuseUnknown(app, [...routes, ...codecRoutes]);
  app.use(answerProblems(logger, ports.translate));
  return app;
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createPayloadCodec } from '../../temporal/payload-codec.ts';
import { centralKeyring } from '../../temporal/site-keys.ts';
import { createApp, type ApiPorts, type ApiSettings } from '../app.ts';
import { createOperatorDirectory, hashToken } from '../auth/operators.ts';
import { IncidentNotOpenError } from '../features/incidents/incident-ports.ts';
import { persistenceProblem } from '../persistence-problem.ts';
import { checkedAt, FakeChecks, fakeCatalog } from './fake-checks.ts';
import { buildStory } from './story-builder.ts';

export const tokens = {
  admin: 'admin-token-0123456789',
  operator: 'operator-token-0123456789',
  readonly: 'readonly-token-0123456789',
};
export const masterKey = Buffer.alloc(32, 9);
export const knownIncident = 'main-street~front-desk~linux.ssh.root_login';
export const webOrigin = 'http://127.0.0.1:8233';

/** What a fake was asked, in order. */
export type Recorded = { call: string; args: unknown[] }[];

/** Ports that know one open incident of one site, and note every message to Temporal in `recorded`. */
export function fakePorts(recorded: Recorded): ApiPorts {
  const story = buildStory();
  const at = '2026-11-23T10:00:00.000Z';
  const hash = 'a'.repeat(64);
  const note = (call: string, ...args: unknown[]): void => {
    recorded.push({ call, args });
  };
  const open = (id: string): void => {
    if (id !== story.id) throw new IncidentNotOpenError(id);
  };
  return {
    incidents: {
      list: async ({ limit }) => ({
        items: [{ ...story, attempts: 1 }].slice(0, limit),
        nextCursor: 'bmV4dA',
      }),
      get: async (id) => (id === story.id ? story : undefined),
    },
    messenger: {
      decide: async (id, input) => {
        note('decide', id, input);
        open(id);
        return { decisionId: input.request.id, accepted: true, effect: 'applied', message: 'It runs now.' };
      },
      acknowledge: async (id, actor, requestId) => {
        note('acknowledge', id, actor, requestId);
        open(id);
        return { acknowledgedAt: at };
      },
      releaseFlapping: async (id, actor, requestId) => {
        note('releaseFlapping', id, actor, requestId);
        open(id);
        return { releasedAt: at };
      },
    },
    sites: {
      listSites: async () => [{ id: 'main-street', name: 'Main Street', enrolledAt: at }],
      listHosts: async (site) => {
        note('listHosts', site);
        return [{ site: 'main-street', id: 'front-desk', os: story.latest.os, firstSeenAt: at }];
      },
    },
    scans: {
      start: async (input, requestId) => {
        note('scan', input, requestId);
        return { id: `scan/${input.site}/${requestId}` };
      },
    },
    submissions: {
      submit: (_site, records) =>
        Promise.resolve(records.map(({ recordId }) => ({ recordId, outcome: 'taken', entry: 7 }))),
    },
    evidence: {
      siteKeys: async () => [
        { keyId: 'a', purpose: 'appliance', appliance: 'box', pem: 'PEM', notBefore: at },
      ],
      summary: async (site) => ({
        site,
        entries: 3,
        headHash: hash,
        firstRecordedAt: at,
        lastRecordedAt: at,
        witnesses: [{ name: 'malachor.dev/witness/main-street/box', cosigned: { entries: 3, at } }],
      }),
      verify: async (site, scope) => ({
        site,
        verified: true,
        entries: 3,
        from: scope === 'new' ? 3 : 0,
        headHash: hash,
        verifiedAt: at,
      }),
      bundles: async (_site, { from, limit }) =>
        [0, 1, 2].slice(from, from + limit).map((entry) => ({
          entry,
          hash,
          previousHash: hash,
          recordedAt: at,
          envelope: { payloadType: 'text/plain', payload: 'AA==', signatures: [{ keyid: 'k', sig: 'AA==' }] },
          disclosures: [['0'.repeat(32), '/host', 'srv-1']],
        })),
      publicKey: async () => ({
        keyId: 'k',
        algorithm: 'Ed25519',
        pem: 'PEM',
        keys: [{ keyId: 'k', purpose: 'evidence', pem: 'PEM', notBefore: at }],
      }),
    },
    probes: { postgres: async () => undefined, temporal: async () => undefined },
    operators: createOperatorDirectory([
      { name: 'admin', role: 'admin', sha256: hashToken(tokens.admin) },
      { name: 'Ada', role: 'operator', sha256: hashToken(tokens.operator) },
      { name: 'Rae', role: 'readonly', sha256: hashToken(tokens.readonly) },
    ]),
    codec: createPayloadCodec({ keyring: centralKeyring(masterKey), plaintext: 'pass' }),
    translate: persistenceProblem,
    logger: pino({ level: 'silent' }),
    now: () => 0,
    clock: () => new Date(checkedAt),
    checks: new FakeChecks(),
    catalog: fakeCatalog,
    scoreHistory: {
      list: async (query) => {
        note('scoreHistory', query);
        const metrics = [{ metric: 'backup' as const, microPoints: 1, of: 20_000_000 }];
        const hosts = [{ host: 'front-desk', microPoints: 55_000_000 }];
        return { items: [{ at, microPoints: 54_999_999, metrics, hosts }], nextCursor: 'bmV4dA' };
      },
    },
    risks: { acceptedRisks: async () => [buildStory({ state: 'risk_accepted' })] },
  };
}

export interface TestApi {
  url: string;
  recorded: Recorded;
  /** Fetches `path`; with the admin's token unless `init` brings headers of its own. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Posts or puts `body` as JSON with the token of `role`. */
  post(path: string, body?: unknown, role?: keyof typeof tokens): Promise<Response>;
  put(path: string, body?: unknown, role?: keyof typeof tokens): Promise<Response>;
  close(): Promise<void>;
}

/** The API on a port of its own, over fakes that a test may replace. */
export async function startTestApi(
  replaced: Partial<ApiPorts> = {},
  settings: Partial<ApiSettings> = {},
): Promise<TestApi> {
  const recorded: Recorded = [];
  const app = createApp(
    { ...fakePorts(recorded), ...replaced },
    { temporalWebOrigins: [webOrigin], isTls: false, ...settings },
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request: TestApi['request'] = (path, init) =>
    fetch(url + path, { headers: { authorization: `Bearer ${tokens.admin}` }, ...init });
  const send =
    (method: 'POST' | 'PUT'): TestApi['post'] =>
    (path, body, role = 'operator') =>
      request(path, {
        method,
        headers: {
          authorization: `Bearer ${tokens[role]}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
  return {
    url,
    recorded,
    request,
    post: send('POST'),
    put: send('PUT'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** The problem document of a response; fails the test where it is none. */
export async function problemOf(response: Response): Promise<{
  status: number;
  code: string;
  title: string;
  detail: string;
  instance: string;
  type: string;
  errors?: { in: string; pointer: string; message: string }[];
}> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = (await response.json()) as Awaited<ReturnType<typeof problemOf>>;
  expect(problem.status).toBe(response.status);
  expect(problem.type).toBe(`urn:malachor:problem:${problem.code}`);
  expect(problem.instance).toBe(`urn:uuid:${response.headers.get('x-request-id') ?? ''}`);
  return problem;
}

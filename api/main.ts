import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { pino, type Logger } from 'pino';
import { readCatalog } from '../catalog/read-catalog.ts';
import type { Catalog } from '../contracts/catalog/catalog.ts';
import { createPersistence } from '../persistence/create-persistence.ts';
import { checkReachable, createClient } from '../temporal/connect.ts';
import { createDataConverter } from '../temporal/data-converter.ts';
import { parseMasterKeyFile } from '../temporal/key-files.ts';
import { createPayloadCodec } from '../temporal/payload-codec.ts';
import { centralKeyring, type Keyring } from '../temporal/site-keys.ts';
import { createApp, type ApiPorts } from './app.ts';
import type { OperatorDirectory } from './auth/operators.ts';
import { createReloadingOperators } from './auth/reloading-operators.ts';
import { parseApiConfig, type ApiConfig } from './config.ts';
import { bundleKeys, evidencePublicKey, keyHistory, siteKeyHistory } from './evidence-keys.ts';
import { createLedgerEvidence } from './features/evidence/ledger-evidence.ts';
import { createTemporalSubmissions } from './features/evidence/temporal-submissions.ts';
import { createTemporalMessenger } from './features/incidents/temporal-messenger.ts';
import { createTemporalScans } from './features/sites/temporal-scans.ts';
import { persistenceProblem } from './persistence-problem.ts';
import { openStoredData, type StoredData } from './stored-data.ts';

/**
 * The API process. It serves as soon as its secrets are read: Postgres and Temporal may come later and go away, which
 * `/health` then says. Prints one line `{"ready":true,"address":...}`; SIGTERM ends it once running requests are answered.
 */
async function main(): Promise<void> {
  const config = parseApiConfig(process.env);
  const logger = pino({ level: config.logLevel, base: { process: 'api' } }, pino.destination(2));
  const [secrets, catalog] = await Promise.all([
    readSecrets(config.secretsDirectory, logger),
    readCatalog(config.catalogDirectory ?? join(import.meta.dirname, '..', 'catalog')),
  ]);
  for (const problem of catalog.problems) logger.error(problem, 'catalogue file left out');

  const client = createClient({
    address: config.temporalAddress,
    namespace: config.temporalNamespace,
    dataConverter: createDataConverter(secrets.keyring),
    identity: `api@${hostname()}`,
  });
  const data = openStoredData(
    () => createPersistence(config.databaseUrl, { applicationName: 'malachor-api' }),
    ({ error, retryInMs }) => {
      logger.warn({ err: error, retryInMs }, 'the database does not answer yet');
    },
  );
  const app = createApp(createPorts({ secrets, catalog, client, data, logger }), config);
  const server = createServer(app);
  await listen(server, config);
  const { address, port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, address: `http://${address}:${port}` })}\n`);

  await stopSignal();
  logger.info('stopping');
  await close(server);
  await data.close();
  await client.connection.close();
}

interface Secrets {
  operators: OperatorDirectory;
  keyring: Keyring;
  evidenceKey: ReturnType<typeof evidencePublicKey>;
}

async function readSecrets(directory: string, logger: Logger): Promise<Secrets> {
  const read = (name: string) => readFile(join(directory, name), 'utf8');
  return {
    operators: createReloadingOperators(directory, (err) => {
      logger.error({ err }, 'the operators stay as they were: mend operators.json');
    }),
    keyring: centralKeyring(parseMasterKeyFile(await read('payload-master.key'))),
    evidenceKey: evidencePublicKey(await read('evidence-signing.pem')),
  };
}

interface Parts {
  secrets: Secrets;
  catalog: Catalog;
  client: Client;
  data: StoredData;
  logger: Logger;
}

function createPorts({ secrets, catalog, client, data, logger }: Parts): ApiPorts {
  const { operators, keyring, evidenceKey } = secrets;
  // Async, so that a database that was never reached is a rejection like any other.
  const stored = async () => data.current();
  return {
    incidents: {
      list: async (query) => (await stored()).incidents.list(query),
      get: async (id) => (await stored()).incidents.get(id),
    },
    messenger: createTemporalMessenger(client),
    sites: {
      listSites: async () => (await stored()).sites.listSites(),
      listHosts: async (site) => (await stored()).sites.listHosts(site),
    },
    scans: createTemporalScans(client),
    checks: {
      facts: async (site) => (await stored()).siteFacts.read(site),
      latestChanges: async (site) => (await stored()).checkChanges.latest(site),
      apply: async (site, change, mayChange) => (await stored()).checkChanges.apply(site, change, mayChange),
    },
    scoreHistory: { list: async (query) => (await stored()).scoreHistory.list(query) },
    risks: { acceptedRisks: async (site) => (await stored()).incidents.acceptedRisks(site) },
    catalog: () => catalog,
    evidence: createLedgerEvidence({
      ledger: {
        summary: async (site) => (await stored()).ledger.summary(site),
        read: async (site, fromSeq, limit) => (await stored()).ledger.read(site, fromSeq, limit),
        readDisclosed: async (site, fromSeq, limit) =>
          (await stored()).ledger.readDisclosed(site, fromSeq, limit),
      },
      expectations: async (site) => (await stored()).expectations.list(site),
      newestAnchors: async (site) => (await stored()).anchors.newest(site),
      storageOf: async (site) => (await stored()).objectRecords.standing(site),
      witnessStandings: async (site) => (await stored()).cosignatures.standings(site),
      publicKey: evidenceKey,
      keyHistory: async () => keyHistory((await stored()).signingKeys),
      siteKeys: async (site) => siteKeyHistory((await stored()).signingKeys, site),
      trustedKeys: async (site) => {
        const { signingKeys } = await stored();
        const lists = [signingKeys.list('evidence'), signingKeys.list('appliance', { site })];
        return bundleKeys(evidenceKey.pem, (await Promise.all(lists)).flat());
      },
      now: () => new Date().toISOString(),
    }),
    submissions: createTemporalSubmissions(client),
    probes: {
      postgres: async () => (await stored()).ping(),
      temporal: () => checkReachable(client, 3_000),
    },
    operators,
    codec: createPayloadCodec({ keyring, plaintext: 'pass' }),
    translate: persistenceProblem,
    logger,
    now: () => performance.now(),
    clock: () => new Date(),
  };
}

async function listen(server: Server, { host, port }: ApiConfig): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const advice = cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message;
      reject(
        new Error(
          `The API cannot listen on ${host}:${port}: ${advice}. Set MALACHOR_API_PORT or MALACHOR_API_HOST.`,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

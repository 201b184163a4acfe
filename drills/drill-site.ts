import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCollectors } from '../appliance/collectors/create-collectors.ts';
import { OrderExecutor } from '../appliance/orders/order-executor.ts';
import { OrderJournal } from '../appliance/orders/order-journal.ts';
import { Scanner } from '../appliance/scanner/scanner.ts';
import { SshTransport } from '../appliance/transports/ssh/ssh-transport.ts';
import type { Catalog, CatalogRunbook } from '../contracts/catalog/catalog.ts';
import type { ParameterValues } from '../contracts/catalog/parameter.ts';
import type { Observation } from '../contracts/observation.ts';
import { orderPayloadType, type Order, type OrderOutcome } from '../contracts/order.ts';
import { signEnvelope } from '../evidence/dsse.ts';
import { createSigner, generateKeyPair } from '../evidence/node/ed25519.ts';
import type { LabHost } from '../stack/lab/lab.ts';

const site = 'drill';
const orderLifetimeMs = 3_600_000;

/** What an appliance does on one host: the same executor, journal, signatures and SSH as in a practice. */
export interface DrillSite {
  /** Runs the check as after a remediation. What cannot be read is an error, as in a practice. */
  judge(check: string): Promise<Observation>;
  /** Signs an order and has it carried out. */
  order(
    runbook: CatalogRunbook,
    parameters: ParameterValues,
    action: Order['action'],
    undoes?: string,
  ): Promise<OrderOutcome>;
  close(): Promise<void>;
}

/**
 * An appliance of one host, with a journal and a signing key of its own for as long as it is open.
 * @param connectTimeoutMs how long a login to the host may take; undefined: as in a practice
 */
export function openDrillSite(host: LabHost, catalog: Catalog, connectTimeoutMs?: number): DrillSite {
  const directory = mkdtempSync(join(tmpdir(), 'malachor-drill-'));
  const journal = new OrderJournal(join(directory, 'orders.db'));
  const signer = createSigner(generateKeyPair().privateKeyPem);
  const { id, address, port, user, identityFile, hostKey } = host;
  const hosts = [{ id, address, port, user, identityFile, hostKey, baseline: 'linux-server' }];
  const transport = new SshTransport({
    hosts,
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
  });
  const scanner = new Scanner({
    site,
    hosts,
    catalog: () => Promise.resolve(catalog),
    transport,
    collectors: createCollectors(),
    now: Date.now,
    newId: randomUUID,
  });
  const executor = new OrderExecutor({
    site,
    hosts: new Set([id]),
    keys: [signer],
    catalog: () => Promise.resolve(catalog),
    transport,
    journal,
    now: Date.now,
  });
  return {
    judge: (check) => scanner.probeCheck({ host: id, check }),
    order: (runbook, parameters, action, undoes) => {
      const now = Date.now();
      const order: Order = {
        id: randomUUID(),
        site,
        host: id,
        incident: `incident/${site}/${id}/${runbook.definition.verify.check}`,
        action,
        ...(undoes === undefined ? {} : { undoes }),
        runbook: runbook.definition.id,
        runbookDigest: runbook.digest,
        parameters,
        nonce: randomUUID().replaceAll('-', ''),
        issuedAt: new Date(now).toISOString(),
        expiresAt: new Date(now + orderLifetimeMs).toISOString(),
      };
      return executor.execute(signEnvelope(orderPayloadType, Buffer.from(JSON.stringify(order)), [signer]));
    },
    close: async () => {
      await executor.drain();
      await transport.close();
      journal.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { searchAttributes } from '../../contracts/search-attributes.ts';
import { StackError } from '../stack-error.ts';

export interface NamespaceOptions {
  /** host:port of the frontend. */
  address: string;
  namespace: string;
  /** How long closed workflows are kept. Evidence does not depend on it: that lies in the ledger. */
  retentionDays: number;
}

const dayMs = 86_400_000;
/** gRPC status code. */
const alreadyExists = 6;
const usableTimeoutMs = 60_000;

/**
 * Registers the namespace with its retention and our search attributes, and resolves when workflows can be started in it
 * and searched by them. Idempotent; a changed retention is applied.
 */
export async function prepareNamespace({
  address,
  namespace,
  retentionDays,
}: NamespaceOptions): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await registerNamespace(connection, namespace, retentionDays);
    await eventually(`namespace ${namespace}`, () => addSearchAttributes(connection, namespace));
    const query = Object.values(searchAttributes)
      .map(({ name }) => `${name} = 'none'`)
      .join(' and ');
    await eventually(`the search attributes of namespace ${namespace}`, () =>
      connection.workflowService.listWorkflowExecutions({ namespace, query, pageSize: 1 }),
    );
  } finally {
    await connection.close();
  }
}

async function registerNamespace(
  connection: Connection,
  namespace: string,
  retentionDays: number,
): Promise<void> {
  const workflowExecutionRetentionPeriod = msToTs(retentionDays * dayMs);
  try {
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  } catch (error) {
    if (!isGrpcServiceError(error) || (error.code as number) !== alreadyExists) throw error;
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    const present = config?.workflowExecutionRetentionTtl;
    if (present?.seconds?.equals(workflowExecutionRetentionPeriod.seconds ?? 0)) return;
    await connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: workflowExecutionRetentionPeriod },
    });
  }
}

async function addSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(searchAttributes).filter(({ name }) => !(name in customAttributes));
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      missing.map(({ name }) => [
        name,
        proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
      ]),
    ),
  });
}

/** Repeats `call` until it succeeds: the server's caches learn of a namespace and its attributes seconds late. */
async function eventually(what: string, call: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + usableTimeoutMs;
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      if (!isGrpcServiceError(error)) throw error;
      if (performance.now() > deadline)
        throw new StackError(
          'not_ready',
          `${what} did not become usable in Temporal`,
          'Read the log of Temporal.',
          {
            cause: error,
          },
        );
      await sleep(50);
    }
  }
}

import { z } from 'zod';

/** Where a Bitcoin node answers, and for whom. */
export interface NodeAddress {
  /** `http://127.0.0.1:18443/`; no login in it. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** The node refused a call, or gave an answer that is none. */
export class NodeError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = 'NodeError';
    this.code = code;
  }
}

const replySchema = z.object({
  result: z.unknown(),
  error: z.object({ code: z.number(), message: z.string() }).nullable().optional(),
});

/** Calls a method of the node; resolves to its result as `schema` reads it. Rejects with NodeError where the node refuses. */
export type CallNode = <Result>(
  schema: z.ZodType<Result>,
  method: string,
  ...params: readonly unknown[]
) => Promise<Result>;

/** JSON-RPC as Bitcoin Core and btcd both speak it. */
export function createNodeRpc({ url, user, password }: NodeAddress, timeoutMs = 30_000): CallNode {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return async (schema, method, ...params) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      // btcd takes a request without a version for one that wants no answer.
      body: JSON.stringify({ jsonrpc: '1.0', id: 1, method, params }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body: unknown = await response.json().catch(() => undefined);
    const reply = replySchema.safeParse(body);
    if (!reply.success)
      throw new NodeError(response.status, `${method}: the node answered ${response.status}`);
    const { result, error } = reply.data;
    if (error) throw new NodeError(error.code, `${method}: ${error.message}`);
    return schema.parse(result);
  };
}

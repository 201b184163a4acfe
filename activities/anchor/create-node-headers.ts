import { z } from 'zod';
import { AnchorError } from './anchor-error.ts';
import { boundedFetch, reasonOf } from './bounded-fetch.ts';
import type { BlockHeaders, Fetch } from './ports.ts';

export interface NodeHeadersOptions {
  /** JSON-RPC of a Bitcoin node, without login: `http://127.0.0.1:8332/`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly timeoutMs: number;
  readonly fetch: Fetch;
}

const replySchema = z.object({
  result: z.unknown(),
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
});
const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
const headerSchema = z.string().regex(/^[0-9a-f]{160}$/);

/** Bitcoin Core's code for a height that no block has. */
const outOfRange = -8;

/** Headers from a node of one's own: Bitcoin Core, btcd or any other with their JSON-RPC. */
export function createNodeHeaders(options: NodeHeadersOptions): BlockHeaders {
  const { url, user, password, timeoutMs, fetch } = options;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  const call = async <Result>(
    schema: z.ZodType<Result>,
    method: string,
    ...params: unknown[]
  ): Promise<Result> => {
    try {
      const { status, body } = await boundedFetch(fetch, url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ jsonrpc: '1.0', id: 'malachor', method, params }),
        timeoutMs,
        maxBytes: 10_000,
      });
      // Bitcoin Core says what is wrong in the body of an answer 500.
      if (status !== 200 && status !== 500) throw new Error(`it answered ${status}`);
      const { result, error } = replySchema.parse(JSON.parse(Buffer.from(body).toString('utf8')));
      if (error) throw new NodeRefusal(error.code, `${method}: ${error.message.slice(0, 200)}`);
      return schema.parse(result);
    } catch (error) {
      if (error instanceof NodeRefusal) throw error;
      throw new AnchorError(
        'headers_unavailable',
        `The Bitcoin node could not be asked: ${reasonOf(error)}.`,
        error,
      );
    }
  };

  const tip = () => call(z.number().int().min(0), 'getblockcount').catch(unavailable);
  return {
    tip,
    headerAt: async (height) => {
      try {
        const hash = await call(hashSchema, 'getblockhash', height);
        return await call(headerSchema, 'getblockheader', hash, false);
      } catch (error) {
        // btcd has other codes than Bitcoin Core for the same.
        const isAbove = error instanceof NodeRefusal && (error.code === outOfRange || height > (await tip()));
        return isAbove ? undefined : unavailable(error);
      }
    },
  };
}

/** The node understood and said no. */
class NodeRefusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

function unavailable(error: unknown): never {
  if (!(error instanceof NodeRefusal)) throw error;
  throw new AnchorError('headers_unavailable', `The Bitcoin node refused: ${error.message}.`, error);
}

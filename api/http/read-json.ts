import express, { type Request, type RequestHandler, type Response } from 'express';
import { ApiProblem } from './api-problem.ts';

/** Reads a JSON body of at most `maxBytes`. */
export type JsonReader = (request: Request, response: Response) => Promise<unknown>;

/**
 * Resolves to the parsed body, or to undefined where there is none. Rejects with ApiProblem `unsupported_media_type`,
 * `body_too_large` or `malformed_json`.
 */
export function createJsonReader(maxBytes: number): JsonReader {
  const parse = express.json({ limit: maxBytes, inflate: false, strict: false, type: () => true });
  return async (request, response) => {
    if (!hasBody(request)) return undefined;
    if (request.is('application/json') === false) {
      throw new ApiProblem('unsupported_media_type', 'Send the body as application/json.', {
        headers: { Accept: 'application/json' },
      });
    }
    await run(parse, request, response, maxBytes);
    return request.body as unknown;
  };
}

/** Whether the request announces a body that is not empty (RFC 9112, section 6). */
function hasBody(request: Request): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0);
}

function run(parse: RequestHandler, request: Request, response: Response, maxBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    void parse(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(bodyProblem(error, maxBytes));
    });
  });
}

function bodyProblem(error: unknown, maxBytes: number): Error {
  if (!(error instanceof Error)) return new Error('the body could not be read', { cause: error });
  const type = 'type' in error ? error.type : undefined;
  switch (type) {
    case 'entity.parse.failed':
      return new ApiProblem('malformed_json', 'The body is not JSON: check quotes, commas and brackets.');
    case 'entity.too.large':
      return new ApiProblem('body_too_large', `Send at most ${maxBytes} bytes.`);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new ApiProblem('unsupported_media_type', 'Send the body uncompressed, in UTF-8.');
    case 'request.aborted':
    case 'request.size.invalid':
      return new ApiProblem('malformed_json', 'The body did not arrive whole: send it again.');
    default:
      return error;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { problemSchema } from '../../contracts/api/problem.ts';
import type { Timeline } from './timeline.ts';

export interface ApiRequest {
  /** Who asks. */
  person: string;
  method?: 'GET' | 'POST';
  path: string;
  body?: unknown;
  idempotencyKey?: string;
}
export interface ApiAnswer {
  status: number;
  body: unknown;
}

const requestTimeoutMs = 30_000;
const pauseMs = 300;

/**
 * The API as a patient client uses it: while it is down, or answers that a part of it is, the same request is sent again.
 * Every answer must be a success, a refusal or 503 with a problem document; anything else is noted as a fault.
 */
export class FaultApi {
  /** Answers that an API must never give. */
  readonly faults: string[] = [];
  readonly #base: string;
  readonly #tokens: ReadonlyMap<string, string>;
  readonly #timeline: Timeline;

  constructor(base: string, tokens: ReadonlyMap<string, string>, timeline: Timeline) {
    this.#base = base;
    this.#tokens = tokens;
    this.#timeline = timeline;
  }

  /** The answer to the request, once there is one; rejects when `signal` ends the waiting. */
  async insist(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    for (;;) {
      signal.throwIfAborted();
      const answer = await this.#send(request).catch((error: unknown) => {
        // Refused and cut connections are what a killed process looks like from here.
        if (isAbsence(error)) return undefined;
        throw error;
      });
      if (answer !== undefined && answer.status !== 503) return answer;
      await sleep(pauseMs, undefined, { signal });
    }
  }

  async #send({ person, method = 'GET', path, body, idempotencyKey }: ApiRequest): Promise<ApiAnswer> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#tokens.get(person) ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const text = await response.text();
    const answer = { status: response.status, body: parsed(text) };
    const isProblem = response.ok || problemSchema.safeParse(answer.body).success;
    if ((answer.status >= 500 && answer.status !== 503) || !isProblem) {
      const fault = `${method} ${path} was answered ${answer.status}: ${text.slice(0, 500)}`;
      this.faults.push(fault);
      this.#timeline.add(`FAULT ${fault}`);
    }
    return answer;
  }
}

/** By name, because fetch's errors are made outside of Jest's sandbox and are no instances of its classes. */
function isAbsence(error: unknown): boolean {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
  return name === 'TypeError' || name === 'TimeoutError';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

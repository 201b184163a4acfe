import {
  problemKinds,
  type FieldError,
  type Problem,
  type ProblemCode,
} from '../../contracts/api/problem.ts';

export interface ApiProblemDetails extends ErrorOptions {
  errors?: FieldError[];
  /** Further response headers, as `Retry-After`. */
  headers?: Record<string, string>;
}

/** An answer of 4xx or 5xx. `detail` goes to the caller; `cause` only to the log. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: ProblemCode;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, detail: string, details: ApiProblemDetails = {}) {
    super(detail, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.errors = details.errors;
    this.headers = details.headers ?? {};
  }

  get status(): number {
    return problemKinds[this.code].status;
  }

  /** The problem document of this answer to request `requestId`. */
  toDocument(requestId: string): Problem {
    return {
      type: `urn:malachor:problem:${this.code}`,
      title: problemKinds[this.code].title,
      status: this.status,
      code: this.code,
      detail: this.message,
      instance: `urn:uuid:${requestId}`,
      ...(this.errors && { errors: this.errors }),
    };
  }
}

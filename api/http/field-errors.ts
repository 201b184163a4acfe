import type { z } from 'zod';
import type { FieldError } from '../../contracts/api/problem.ts';

/** Enough to correct a form by; bounds what an adversarial body can make us write. */
const maxErrors = 50;
const maxNameLength = 200;

/** The issues of a failed parse, each with a JSON Pointer (RFC 6901) to its field. Never repeats values. */
export function fieldErrors(part: FieldError['in'], error: z.ZodError): FieldError[] {
  return error.issues
    .flatMap((issue) => {
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => ({
          in: part,
          pointer: pointerOf([...issue.path, key]),
          message: 'There is no such field',
        }));
      }
      return [{ in: part, pointer: pointerOf(issue.path), message: issue.message }];
    })
    .slice(0, maxErrors);
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((name) => `/${String(name).slice(0, maxNameLength).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { actorSchema, type Actor } from '../../contracts/decision.ts';

/** A person and the SHA-256 (hex) of their token. Tokens are random, so a plain hash gives nothing to guess from. */
export const operatorSchema = z.strictObject({
  name: actorSchema.shape.name,
  role: actorSchema.shape.role,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits'),
});
export type Operator = z.output<typeof operatorSchema>;

/** Finds out whose token one is. */
export interface OperatorDirectory {
  /** The holder of `token`, or undefined. Takes the same time whichever it is. */
  actorOf(token: string): Actor | undefined;
}

export function createOperatorDirectory(operators: readonly Operator[]): OperatorDirectory {
  const known = operators.map((operator) => ({ operator, digest: Buffer.from(operator.sha256, 'hex') }));
  return {
    actorOf(token) {
      const digest = createHash('sha256').update(token).digest();
      let found: Operator | undefined;
      for (const entry of known) {
        if (timingSafeEqual(entry.digest, digest)) found ??= entry.operator;
      }
      if (!found) return undefined;
      const { name, role, sha256 } = found;
      return { name, role, method: 'bearer-token', credential: sha256.slice(0, 16) };
    },
  };
}

/** What is stored of a token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

import { createHash, randomBytes } from 'node:crypto';
import type { Actor } from '../../../contracts/decision.ts';

/** Sessions of people who read histories in Temporal Web. Kept in memory: after a restart they log in again. */
export interface Sessions {
  /** Opens a session and returns its secret, which is stored nowhere. */
  open(actor: Actor): string;
  /** Whose session the secret opens, while it lasts. */
  actorOf(secret: string): Actor | undefined;
  close(secret: string): void;
}

export interface SessionsOptions {
  lifetimeMs: number;
  /** Milliseconds. */
  now: () => number;
  /** Source of secrets; random bytes by default. */
  random?: (bytes: number) => Buffer;
}

const secretBytes = 32;
/** The oldest go first. */
const maxSessions = 1_000;

export function createSessions({ lifetimeMs, now, random = randomBytes }: SessionsOptions): Sessions {
  const sessions = new Map<string, { actor: Actor; expiresAt: number }>();
  const dropSpent = (): void => {
    for (const [key, { expiresAt }] of sessions) {
      // Oldest first, so the first one that still holds ends the search.
      if (expiresAt > now() && sessions.size < maxSessions) return;
      sessions.delete(key);
    }
  };
  return {
    open(actor) {
      dropSpent();
      const secret = random(secretBytes).toString('base64url');
      sessions.set(keyOf(secret), { actor, expiresAt: now() + lifetimeMs });
      return secret;
    },
    actorOf(secret) {
      const session = sessions.get(keyOf(secret));
      return session && session.expiresAt > now() ? session.actor : undefined;
    },
    close(secret) {
      sessions.delete(keyOf(secret));
    },
  };
}

/** Looking up a hash takes a time that says nothing about secrets. */
function keyOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

import type { AnyAuthMethod, AuthenticationType, ConnectConfig, ParsedKey } from 'ssh2';

/** A credential as it is offered: a key that its passphrase has opened, or a password. */
export type UsableCredential = { kind: 'key'; key: ParsedKey } | { kind: 'password'; password: string };

type AuthHandler = Extract<ConnectConfig['authHandler'], (...args: never[]) => unknown>;

/**
 * Offers the credential once, in the one way the server takes it, and never again: repeated attempts lock accounts.
 * The server is asked first which ways it takes (`none`, RFC 4252 section 5.2), so that a password is not sent to a
 * server that would refuse every password.
 */
export function offerOnce(user: string, credential: UsableCredential): AuthHandler {
  let isOffered = false;
  return (methodsLeft, _partialSuccess, next) => {
    // ssh2 passes null on the first call, unlike its types say.
    const left = methodsLeft as AuthenticationType[] | null;
    if (left === null) {
      next('none');
      return;
    }
    const method = isOffered ? undefined : pick(user, credential, left);
    isOffered = true;
    // False ends the attempt, unlike the types say.
    next(method ?? (false as unknown as AuthenticationType));
  };
}

function pick(
  user: string,
  credential: UsableCredential,
  left: AuthenticationType[],
): AnyAuthMethod | undefined {
  if (credential.kind === 'key') {
    return left.includes('publickey')
      ? { type: 'publickey', username: user, key: credential.key }
      : undefined;
  }
  const { password } = credential;
  if (left.includes('password')) return { type: 'password', username: user, password };
  if (!left.includes('keyboard-interactive')) return undefined;
  return {
    type: 'keyboard-interactive',
    username: user,
    prompt: (_name, _instructions, _language, prompts, finish) => {
      // Only a single hidden prompt is a password; anything else (a code, a new password) is not ours to answer.
      const isPassword = prompts.length === 1 && prompts[0]?.echo !== true;
      finish(isPassword ? [password] : []);
    },
  };
}

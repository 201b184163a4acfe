import { statSync } from 'node:fs';
import { join } from 'node:path';
import { loadOperators } from './load-operators.ts';
import { createOperatorDirectory, type OperatorDirectory } from './operators.ts';

/**
 * The operators of a secrets directory as its files say now: a token that was added or ended counts from the next request
 * on. A file that cannot be read any more is told to `onProblem`, once a change, and the operators known before stay:
 * a half-edited file must not lock everybody out.
 *
 * Throws where the files cannot be read at the start.
 */
export function createReloadingOperators(
  secretsDirectory: string,
  onProblem: (error: unknown) => void,
): OperatorDirectory {
  const files = ['admin-token', 'operators.json'].map((name) => join(secretsDirectory, name));
  const stamp = () =>
    files
      .map((file) => {
        const state = statSync(file, { throwIfNoEntry: false });
        return state ? `${state.ino}/${state.mtimeMs}/${state.size}` : 'none';
      })
      .join(' ');
  let seen = stamp();
  let directory = createOperatorDirectory(loadOperators(secretsDirectory));
  return {
    actorOf(token) {
      const now = stamp();
      if (now !== seen) {
        seen = now;
        try {
          directory = createOperatorDirectory(loadOperators(secretsDirectory));
        } catch (error) {
          onProblem(error);
        }
      }
      return directory.actorOf(token);
    },
  };
}

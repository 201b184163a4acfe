import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cached, cacheDirectory } from '../../stack/cache.ts';
import { findGo } from '../../stack/find-go.ts';
import { runCommand } from '../../stack/run-command.ts';
import { StackError } from '../../stack/stack-error.ts';

/** What an oracle answers to one request: what it found, or why it refuses. */
export type OracleAnswer<Result> = { ok: Result } | { error: string };

/** Other people's libraries for notes, logs, envelopes and statements, behind one pipe. */
export interface Oracle {
  /** Commands are those of `go/main.go`. */
  ask<Result>(command: string, input: unknown): Promise<OracleAnswer<Result>>;
  stop(): Promise<void>;
}

const source = join(import.meta.dirname, 'go');

/**
 * Starts the Go oracle, built once a machine from the versions in `go/go.sum`. Rejects with `part_unavailable` where there is
 * no Go: a test that cannot ask an oracle proves nothing and must not pass.
 */
export async function startOracle(): Promise<Oracle> {
  const cache = cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() });
  const child = spawn(join(await buildOracle(cache), 'oracle'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: ((answer: string | undefined) => void)[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => waiting.shift()?.(line));
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      for (const answer of waiting.splice(0)) answer(undefined);
      resolve();
    });
  });
  return {
    ask: async <Result>(command: string, input: unknown) => {
      const line = await new Promise<string | undefined>((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${JSON.stringify({ command, input })}\n`);
      });
      if (line === undefined) throw new Error(`The oracle ended at ${command}.`);
      return JSON.parse(line) as OracleAnswer<Result>;
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

function buildOracle(cache: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of readdirSync(source).sort())
    hash.update(`${name}\n`).update(readFileSync(join(source, name)));
  const name = `evidence-oracle-${hash.digest('hex').slice(0, 12)}`;
  return cached(
    cache,
    name,
    () => undefined,
    async (building) => {
      const go = findGo();
      if (go === undefined)
        throw new StackError(
          'part_unavailable',
          'there is no Go here to build the oracle with that judges evidence',
          'Install Go 1.26 or newer (https://go.dev/dl) and run again.',
        );
      // Built from a copy: Go writes nothing into the checkout.
      const copy = join(building, 'source');
      cpSync(source, copy, { recursive: true });
      await runCommand(go, ['build', '-mod=readonly', '-trimpath', '-o', join(building, 'oracle'), '.'], {
        cwd: copy,
        timeoutMs: 10 * 60_000,
        tethered: true,
      });
    },
  );
}

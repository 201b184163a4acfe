import { randomUUID } from 'node:crypto';
import { TransportError } from './transport-error.ts';
import type { RunRequest, Transport } from './transport.ts';

/** A request with the defaults of a small probe. */
export function requestOf(host: string, script: string, over: Partial<RunRequest> = {}): RunRequest {
  return {
    host,
    script,
    sudo: false,
    environment: {},
    timeoutMs: 10_000,
    keepBytes: 65_536,
    survivesCut: false,
    ...over,
  };
}

/** The error a run ends with. @throws when it does not end with a TransportError */
export async function failureOf(run: Promise<unknown>): Promise<TransportError> {
  const outcome = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof TransportError) return outcome;
  throw new Error(`expected a TransportError, got ${String(outcome)}`);
}

/** What every transport promises; declares its tests for one host of the transport that `start` gives. */
export function describeTransport(name: string, subject: () => { transport: Transport; host: string }): void {
  describe(`${name} keeps the transport contract`, () => {
    const run = (script: string, over: Partial<RunRequest> = {}) => {
      const { transport, host } = subject();
      return transport.run(requestOf(host, script, over));
    };
    const textOf = async (script: string, over: Partial<RunRequest> = {}) =>
      (await run(script, over)).stdout.head.toString();

    test('gives back output, errors and exit status apart', async () => {
      const result = await run('echo out; echo err >&2; exit 3');
      expect(result.exitCode).toBe(3);
      expect(result.stdout.head.toString()).toBe('out\n');
      expect(result.stderr.head.toString()).toBe('err\n');
    });

    test('gives back exactly the bytes a script prints, with or without a last newline', async () => {
      expect(await textOf('printf "\\n a\\n\\n"')).toBe('\n a\n\n');
      expect(await textOf('printf x')).toBe('x');
      expect(await textOf(':')).toBe('');
    });

    test('passes values of the environment whatever they hold', async () => {
      const hostile = `a'b"c $(id) \`id\` \\ ;\n& é — 日本 '; exit 9 #`;
      expect(await textOf('printf %s "$P_VALUE"', { environment: { P_VALUE: hostile } })).toBe(hostile);
    });

    test('runs scripts in the C locale with system directories first in PATH', async () => {
      expect(await textOf('echo "$LC_ALL $PATH"')).toMatch(/^C \/usr\/sbin:\/usr\/bin:\/sbin:\/bin:/);
    });

    test('gives a script its data on standard input, and none without it', async () => {
      const stdin = Buffer.from('line\n\0\xff', 'latin1');
      const result = await run('cat', { stdin });
      expect(result.stdout.head.equals(stdin)).toBe(true);
      expect(await textOf('cat; echo end')).toBe('end\n');
    });

    test('keeps quoting, here documents and comments of a script as they are', async () => {
      expect(await textOf(`# it's a comment\ncat <<'EOF'\n$HOME 'x' "y"\nEOF\nset -e; false; echo no`)).toBe(
        `$HOME 'x' "y"\n`,
      );
    });

    test('shows neither the script nor its values in any argument list', async () => {
      const secret = randomUUID();
      const look = `cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '`;
      const seen = await textOf(`: ${secret}; ${look}`, {
        environment: { P_VALUE: secret },
        keepBytes: 1_000_000,
      });
      expect(seen).not.toContain(secret);
      expect(seen).toContain('cat');
    });

    test('keeps the beginning of a long output, and counts and hashes the whole', async () => {
      const { stdout, exitCode } = await run(
        'i=0; while [ $i -lt 5000 ]; do echo 0123456789; i=$((i+1)); done',
        {
          keepBytes: 100,
        },
      );
      expect(exitCode).toBe(0);
      expect(stdout.head.toString()).toBe('0123456789\n'.repeat(10).slice(0, 100));
      expect(stdout).toMatchObject({
        bytes: 55_000,
        truncated: true,
        sha256: 'b791d9ada3eb9d13c2361d72b4ed732d2b854f08a02abbaa6e719a8e383f2fa2',
      });
    });

    test('kills a script that prints without end', async () => {
      const id = randomUUID();
      const error = await failureOf(run('yes', { maxOutputBytes: 100_000, environment: { P_TAG: id } }));
      expect(error).toMatchObject({ code: 'output_too_large', mayHaveStarted: true });
      expect(await processesTagged(run, id)).toBe('');
    });

    test('kills a script that hangs, and all it started, at its time limit', async () => {
      const id = randomUUID();
      const hang = 'trap "" TERM; (sleep 100 & sleep 100) & sleep 100 | sleep 100';
      const error = await failureOf(run(hang, { timeoutMs: 500, environment: { P_TAG: id } }));
      expect(error).toMatchObject({ code: 'timeout', mayHaveStarted: true });
      expect(await processesTagged(run, id)).toBe('');
    });

    test('kills a script when it is cancelled', async () => {
      const id = randomUUID();
      const abort = new AbortController();
      const pending = failureOf(run('sleep 100', { signal: abort.signal, environment: { P_TAG: id } }));
      while ((await processesTagged(run, id)) === '') continue;
      abort.abort();
      expect((await pending).code).toBe('timeout');
      expect(await processesTagged(run, id)).toBe('');
    });

    test('takes an exit status of timeout(1) for the script’s own where it ended in time', async () => {
      expect((await run('exit 124')).exitCode).toBe(124);
    });

    test('merges standard error into the output of a script that survives a cut', async () => {
      const result = await run('echo a; echo b >&2; exit 4', { survivesCut: true });
      expect(result.exitCode).toBe(4);
      expect(result.stdout.head.toString()).toBe('a\nb\n');
    });

    test('does not wait for what a script leaves running', async () => {
      const startedAt = Date.now();
      const result = await run('sleep 20 & echo done', { survivesCut: true, environment: { P_TAG: 'left' } });
      expect(result.stdout.head.toString()).toBe('done\n');
      expect(Date.now() - startedAt).toBeLessThan(10_000);
      await run(`kill $(grep -ls "P_TAG=lef[t]" /proc/[0-9]*/environ | cut -d/ -f3)`);
    });

    test('reads the clock of the host', async () => {
      const { clockSkewMs = Number.NaN } = await run(':');
      expect(Math.abs(clockSkewMs)).toBeLessThan(5_000);
    });

    test('runs scripts side by side', async () => {
      const texts = await Promise.all(Array.from({ length: 8 }, (_, index) => textOf(`echo ${index}`)));
      expect(texts).toEqual(Array.from({ length: 8 }, (_, index) => `${index}\n`));
    });
  });
}

/** Ids of the host's processes with `P_TAG=<id>` in their environment; the pattern does not match the look itself. */
export async function processesTagged(
  run: (script: string) => Promise<{ stdout: { head: Buffer } }>,
  id: string,
): Promise<string> {
  const { stdout } = await run(`tag=P_TAG; grep -ls "$tag=${id}" /proc/[0-9]*/environ || :`);
  return stdout.head.toString();
}

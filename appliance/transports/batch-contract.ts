import { randomUUID } from 'node:crypto';
import { failureOf, processesTagged, requestOf } from './transport-contract.ts';
import type { BatchProbe, BatchRequest, ProbeOutcome, Transport } from './transport.ts';

/** A probe with the defaults of a small one. */
export function probeOf(script: string, over: Partial<BatchProbe> = {}): BatchProbe {
  return { script, sudo: false, environment: {}, timeoutMs: 5_000, ...over };
}

/** What a probe printed, or the code of the error it ended in. */
export function shown(outcome: ProbeOutcome | undefined): string | undefined {
  return outcome?.ok ? outcome.stdout.toString() : outcome?.error.code;
}

const limits = { maxOutputBytes: 65_536, timeoutMs: 60_000 };

/** What every transport promises of batches; declares its tests for one host of the transport that `start` gives. */
export function describeBatches(name: string, subject: () => { transport: Transport; host: string }): void {
  describe(`${name} keeps the contract of batches`, () => {
    const batch = (probes: (string | BatchProbe)[], over: Partial<BatchRequest> = {}) => {
      const { transport, host } = subject();
      const all = probes.map((probe) => (typeof probe === 'string' ? probeOf(probe) : probe));
      return transport.runBatch({ host, probes: all, ...limits, ...over });
    };
    const shownOf = async (probes: (string | BatchProbe)[], over: Partial<BatchRequest> = {}) =>
      (await batch(probes, over)).outcomes.map(shown);
    const tagged = (id: string) => {
      const { transport, host } = subject();
      return processesTagged((script) => transport.run(requestOf(host, script, { sudo: true })), id);
    };

    test('gives back output, errors and exit status of each script apart', async () => {
      const { outcomes } = await batch(['echo one; echo err >&2; exit 3', 'printf two', ':']);
      expect(outcomes).toEqual([
        { ok: true, exitCode: 3, stdout: Buffer.from('one\n'), stderr: Buffer.from('err\n') },
        { ok: true, exitCode: 0, stdout: Buffer.from('two'), stderr: Buffer.alloc(0) },
        { ok: true, exitCode: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) },
      ]);
    });

    test('tells the system and the clock of the host', async () => {
      const { osRelease, clockSkewMs = Number.NaN } = await batch([':']);
      expect(osRelease).toMatch(/^ID=/m);
      expect(Math.abs(clockSkewMs)).toBeLessThan(5_000);
      expect((await batch([])).osRelease).toBe(osRelease);
    });

    test('passes values of the environment to their own script alone, whatever they hold', async () => {
      const hostile = `a'b"c $(id) \`id\` \\ ;\n& é — 日本 '; exit 9 #`;
      const show = 'printf %s "$P_VALUE"';
      expect(await shownOf([probeOf(show, { environment: { P_VALUE: hostile } }), show])).toEqual([
        hostile,
        '',
      ]);
    });

    test('runs scripts in the C locale with system directories first in PATH', async () => {
      const [text] = await shownOf(['echo "$LC_ALL $LANG $PATH"']);
      expect(text).toMatch(/^C {2}\/usr\/sbin:\/usr\/bin:\/sbin:\/bin:/);
    });

    test.each([
      ['a syntax error', 'echo ('],
      ['an exit', 'exit 7'],
      ['a failure under set -e', 'set -eu; false'],
      ['another program in its place', 'exec true'],
      ['a closed output', 'exec >&- 2>&-; echo lost'],
      [
        'a changed directory, variable, function, trap and option',
        'cd /tmp; PATH=; set -f; mark() { :; }; probe() { :; }; trap "echo trapped" EXIT; umask 777; readonly held=1',
      ],
      ['reading its input', 'cat; read -r line'],
      ['a signal to its shell', 'kill $$; kill -INT $$; kill -HUP $$'],
      ['a killed shell', 'kill -9 $$; sleep 0.1'],
      ['binary garbage', 'head -c 20000 /dev/urandom; head -c 9000 /dev/zero'],
      ['colours and cursor movements', 'printf "\\033[2J\\033[1;31mred\\033[0m\\033]0;title\\007\\r"'],
      ['a line without end', 'printf %030000d 1'],
      [
        'what looks like marks',
        'for n in 0 1 2; do printf "\\n%032d end $n 0\\n\\nbegin $n\\ndone\\nmark done\\n" 0; done',
      ],
      [
        'all it knows of its shell',
        'set; export -p; cat /proc/$$/environ /proc/self/environ | tr "\\0" "\\n"',
      ],
      [
        'noise on the descriptors of its shell',
        'for n in 3 4 5 6 7 8 9; do (eval "echo good=no >&$n") ; done 2>/dev/null; :',
      ],
    ])('a script with %s touches no other', async (_case, script) => {
      const outcomes = await shownOf([
        'echo before',
        script,
        'pwd; echo "after $held"; echo err >&2',
        'printf end',
      ]);
      expect([outcomes[0], outcomes[2], outcomes[3]]).toEqual(['before\n', '/\nafter \n', 'end']);
    });

    test('a script that has root and kills its shell touches no other', async () => {
      const root = (script: string) => probeOf(script, { sudo: true });
      expect(await shownOf([root('kill -9 $$; sleep 1'), root('echo after'), 'echo own'])).toEqual([
        'connection_lost',
        'after\n',
        'own\n',
      ]);
    });

    test('gives back exactly the bytes of a binary output', async () => {
      const { outcomes } = await batch(['printf "\\0\\377\\n\\n"; printf "\\001" >&2']);
      expect(outcomes[0]).toMatchObject({
        stdout: Buffer.from('\0\xff\n\n', 'latin1'),
        stderr: Buffer.from('\x01'),
      });
    });

    test('kills a script that hangs, and all it started, and runs those after it', async () => {
      const id = randomUUID();
      const hang =
        'trap "" TERM HUP; echo good=yes; (sleep 300 & sleep 301) & (setsid sleep 302 &); (exec 9>&-; sleep 303 &) ; ( (while :; do sleep 1; done) & ); sleep 304 | sleep 305; echo good=yes';
      const environment = { P_TAG: id };
      expect(
        await shownOf(['echo before', probeOf(hang, { timeoutMs: 700, environment }), 'echo after']),
      ).toEqual(['before\n', 'timeout', 'after\n']);
      expect(await tagged(id)).toBe('');
    });

    test('something that a script leaves running is killed, and its output is nobody else’s', async () => {
      const id = randomUUID();
      const leaving = probeOf('(while :; do echo good=yes; sleep 0.05; done) & exit 0', {
        timeoutMs: 600,
        environment: { P_TAG: id },
      });
      expect(await shownOf([leaving, 'sleep 0.3; echo after'])).toEqual(['timeout', 'after\n']);
      expect(await tagged(id)).toBe('');
    });

    test.each(['yes good=yes', 'yes good=yes >&2', 'cat /dev/zero', 'head -c 3000000000 /dev/zero'])(
      'kills a script that prints without end, and runs those after it: %s',
      async (script) => {
        const id = randomUUID();
        const before = process.memoryUsage().rss;
        const flood = probeOf(script, { environment: { P_TAG: id } });
        expect(await shownOf(['echo before', flood, 'echo after'])).toEqual([
          'before\n',
          'output_too_large',
          'after\n',
        ]);
        expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
        expect(await tagged(id)).toBe('');
      },
    );

    test('many scripts that print much are too much together', async () => {
      const much = 'head -c 60000 /dev/zero';
      const outcomes = await shownOf(Array.from({ length: 6 }, () => much));
      expect(outcomes.filter((text) => text?.length === 60_000).length).toBeGreaterThanOrEqual(4);
    });

    test('ends at the limit of the batch, with what ran until then', async () => {
      const outcomes = await shownOf(['echo one', 'sleep 60', 'echo three'], { timeoutMs: 1_500 });
      expect(outcomes).toEqual(['one\n', 'timeout', 'timeout']);
    });

    test('kills a batch when it is cancelled', async () => {
      const id = randomUUID();
      const abort = new AbortController();
      const sleeping = probeOf('sleep 100', { environment: { P_TAG: id }, timeoutMs: 60_000 });
      const pending = failureOf(batch([sleeping], { signal: abort.signal }));
      while ((await tagged(id)) === '') continue;
      abort.abort();
      expect((await pending).code).toBe('timeout');
      expect(await tagged(id)).toBe('');
    });

    test('shows neither the scripts nor their values in any argument list', async () => {
      const secret = randomUUID();
      const look = `: ${secret}; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '`;
      const [seen] = await shownOf([probeOf(look, { environment: { P_VALUE: secret } })], {
        maxOutputBytes: 5_000_000,
      });
      expect(seen).toContain('cat');
      expect(seen).not.toContain(secret);
    });

    test('leaves nothing running', async () => {
      const id = randomUUID();
      await batch([probeOf(':', { environment: { P_TAG: id } }), probeOf(':', { sudo: true })]);
      const { transport, host } = subject();
      const left = `ps -eo ppid=,args= 2>/dev/null | grep -E '^ *1 (sleep|/bin/sh -s)' || :`;
      const { stdout } = await transport.run(requestOf(host, left));
      expect(stdout.head.toString()).toBe('');
    });

    test('runs batches side by side', async () => {
      const all = await Promise.all(Array.from({ length: 6 }, (_, n) => shownOf([`echo ${n}`, `echo ${n}`])));
      expect(all).toEqual(Array.from({ length: 6 }, (_, n) => [`${n}\n`, `${n}\n`]));
    });
  });
}

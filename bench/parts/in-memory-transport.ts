import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { isRunnable } from '../../contracts/catalog/runbook.ts';
import { scriptOf } from '../../domain/catalog/script-of.ts';
import { OutputCollector } from '../../appliance/transports/collected-output.ts';
import type {
  BatchRequest,
  BatchResult,
  RunRequest,
  RunResult,
  Transport,
} from '../../appliance/transports/transport.ts';
import { knownDrifts } from './known-drifts.ts';

const osRelease = 'ID=debian\nVERSION_ID="12"\n';

/**
 * Hosts that exist in memory only: each has every known drift until its runbook has run. Stands for SSH where the other
 * side of a comparison does not use it either.
 */
export function createInMemoryTransport(catalog: Catalog): Transport {
  const answers = new Map<string, (host: string) => string>();
  for (const { check, runbook, drifted, mended } of knownDrifts) {
    const definedCheck = catalog.checks.get(check);
    const definition = catalog.runbooks.get(runbook)?.definition;
    if (!definedCheck || !definition || !isRunnable(definition))
      throw new Error(`the catalogue lacks ${check} or ${runbook}`);
    const mendedHosts = new Set<string>();
    answers.set(scriptOf(definedCheck), (host) => (mendedHosts.has(host) ? mended : drifted));
    answers.set(definition.capture, () => drifted);
    answers.set(definition.remediate, (host) => {
      mendedHosts.add(host);
      return 'changed the setting\nreloaded the service\n';
    });
  }
  /** A remediation with a dead man beside it ends in its own script; whoever asks for the dead man is told that all is well. */
  const guardedAnswer = (script: string) =>
    script.includes('MALACHOR_DEADMAN')
      ? ([...answers].find(([known]) => script.endsWith(known))?.[1] ?? (() => ''))
      : undefined;
  return {
    run: async ({ host, script, keepBytes }: RunRequest): Promise<RunResult> => {
      const answer = answers.get(script) ?? guardedAnswer(script);
      if (!answer) throw new Error('a script that no known drift needs');
      return {
        exitCode: 0,
        stdout: collected(answer(host), keepBytes),
        stderr: collected('', keepBytes),
        clockSkewMs: 0,
        connection: `memory-${host}`,
      };
    },
    runBatch: async ({ host, probes }: BatchRequest): Promise<BatchResult> => ({
      outcomes: probes.map(({ script }) => {
        const answer = answers.get(script);
        if (!answer) throw new Error('a script that no known drift needs');
        return { ok: true, exitCode: 0, stdout: Buffer.from(answer(host)), stderr: Buffer.alloc(0) };
      }),
      osRelease,
      clockSkewMs: 0,
      connection: `memory-${host}`,
    }),
    close: async () => undefined,
  };
}

function collected(text: string, keepBytes: number) {
  const collector = new OutputCollector(keepBytes);
  collector.add(Buffer.from(text));
  return collector.finish();
}

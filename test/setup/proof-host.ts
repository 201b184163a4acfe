import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { SshTransport } from '../../appliance/transports/ssh/ssh-transport.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import { judgeProbeOutput, type Judgement } from '../../domain/catalog/judge-check.ts';
import { parameterEnvironment } from '../../domain/catalog/parameter-environment.ts';
import { resolveParameters } from '../../domain/catalog/parameters.ts';
import { scriptOf } from '../../domain/catalog/script-of.ts';
import type { Lab, LabHost } from '../../stack/lab/lab.ts';
import { testLab } from './lab.ts';
import { readCatalog } from '../../catalog/read-catalog.ts';
import type { CheckDrift } from '../../catalog/proofs/check-drift.ts';
import { inLayers } from '../../catalog/proofs/in-layers.ts';

/** A fresh lab host for the tests of one file, and the catalogue's checks as an appliance would run them there. */
export interface ProofHost {
  /** The catalogue; there once the first test runs. */
  readonly catalog: Catalog;
  readonly host: LabHost;
  readonly transport: SshTransport;
  checkOf(id: string): CheckDefinition;
  /** Runs a script on the host as root. */
  run(script: string, options?: Parameters<Lab['run']>[2]): ReturnType<Lab['run']>;
  /**
   * Judges the host by the check. Rejects with `exit <status>: <what it said>` where its probe fails, as for a check whose
   * outcome would be an error, and with status 99 where the drift could not be planted.
   * @param how.planted planted for this reading alone, in layers above the host's directories
   */
  judge(id: string, how?: { planted?: string; parameters?: ParameterValues }): Promise<Judgement>;
  /** Plants the drift, judges the host by its check and takes it back. */
  judgeDrift(drift: Pick<CheckDrift, 'check' | 'plant' | 'undo' | 'parameters'>): Promise<Judgement>;
}

/** Registers the hooks that start the host before the file's tests and remove it after them. */
export function proofHost({
  kernel,
  layers,
}: {
  /** Whether the host has a kernel of its own. */
  kernel?: 'own';
  /** Directories above which drifts are planted. */
  layers?: readonly string[];
} = {}): ProofHost {
  const lab = testLab();
  let started: Pick<ProofHost, 'catalog' | 'host' | 'transport'> | undefined;
  const parts = () => {
    if (!started) throw new Error('the host has not been started yet');
    return started;
  };
  beforeAll(async () => {
    const catalog = await readCatalog(join(process.cwd(), 'catalog'));
    const host = await lab.addHost(kernel === undefined ? {} : { kernel });
    const { id, address, port, user, identityFile, hostKey } = host;
    const baseline = kernel === undefined ? 'linux-server' : 'linux-server-kernel';
    const transport = new SshTransport({
      hosts: [{ id, address, port, user, identityFile, hostKey, baseline }],
    });
    started = { catalog, host, transport };
  });
  afterAll(async () => {
    await started?.transport.close();
    await lab.stop();
  });

  const proof: ProofHost = {
    get catalog() {
      return parts().catalog;
    },
    get host() {
      return parts().host;
    },
    get transport() {
      return parts().transport;
    },
    checkOf: (id) => {
      const check = proof.catalog.checks.get(id);
      if (!check) throw new TypeError(`the catalogue has no check ${id}`);
      return check;
    },
    run: (script, options) => lab.run(proof.host.id, script, options),
    judge: async (id, { planted, parameters } = {}) => {
      const check = proof.checkOf(id);
      const resolved = resolveParameters(check, parameters);
      if (!resolved.ok) throw new TypeError(resolved.problems.map(({ reason }) => reason).join('; '));
      const environment = { MALACHOR_ORDER: randomUUID(), ...parameterEnvironment(resolved.values) };
      const probe = scriptOf(check);
      const isPlanted = planted !== undefined;
      const { exitCode, stdout, stderr } = await proof.transport.run({
        host: proof.host.id,
        script: isPlanted ? inLayers(layers) : probe,
        sudo: isPlanted || (check.probe.kind === 'script' && check.probe.sudo),
        environment: isPlanted ? { ...environment, PLANTED: planted, PROBE: probe } : environment,
        // Under emulation everything takes its time.
        timeoutMs: kernel === undefined ? check.probe.timeoutMs : 60_000,
        keepBytes: 1_048_576,
        survivesCut: false,
      });
      const output = stdout.head.toString();
      const said = stderr.head.toString();
      if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${said}${output}`);
      for (const secret of plantedSecrets) expect(output + said).not.toContain(secret);
      return judgeProbeOutput(check, output, resolved.values);
    },
    judgeDrift: async ({ check, plant, undo, parameters = {} }) => {
      if (undo === undefined) return proof.judge(check, { planted: plant, parameters });
      await proof.run(plant, { timeoutMs: 120_000 });
      try {
        return await proof.judge(check, { parameters });
      } finally {
        await proof.run(undo, { timeoutMs: 60_000 });
      }
    },
  };
  return proof;
}

/** What drifts put into files as passwords; no probe may tell it. */
const plantedSecrets = ['lantern', 's3cret'];

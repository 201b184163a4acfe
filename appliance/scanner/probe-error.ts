import type { ProbeError } from '../../contracts/observation.ts';
import type { TransportError } from '../transports/transport-error.ts';
import type { ProbeOutcome } from '../transports/transport.ts';

/** Text of ENOSPC in the C locale, which every script runs in. */
const diskFullText = 'No space left on device';

/** Whether a script's output says that the host's disk is full. */
export function saysDiskFull(...outputs: readonly Buffer[]): boolean {
  return outputs.some((output) => output.includes(diskFullText));
}

/** A transport's failure as an observation tells it. */
export function transportProblem(error: TransportError): ProbeError {
  return { code: error.code, message: error.message.slice(0, 2_000), nextStep: error.nextStep };
}

/** Why a probe that exited with anything but 0 could not read. */
export function failedProbe(host: string, result: ProbeOutcome & { ok: true }): ProbeError {
  if (saysDiskFull(result.stderr, result.stdout)) {
    return {
      code: 'disk_full',
      message: `the disk of ${host} is full`,
      nextStep: 'Free space on the host, then run the check again.',
    };
  }
  const said = /\S.*/.exec(result.stderr.toString())?.[0] ?? 'no reason given';
  return {
    code: 'probe_failed',
    message: `the probe exited with status ${result.exitCode} on ${host}: ${said.slice(0, 300)}`,
    nextStep: 'Run the probe by hand on the host and correct what it complains about.',
  };
}

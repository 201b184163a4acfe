import { saysDiskFull } from '../scanner/probe-error.ts';
import type { CollectedOutput } from '../transports/collected-output.ts';

/** Why a script failed and what to do next, as sentences for people. */
export function whyFailed(exitCode: number, output: CollectedOutput): string {
  if (saysDiskFull(output.head)) return "The host's disk is full. Free space on it, then heal again.";
  return `The script exited with status ${exitCode}. Read its output, then heal by another runbook or by hand.`;
}

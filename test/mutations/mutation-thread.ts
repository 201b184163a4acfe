import { parentPort, workerData } from 'node:worker_threads';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { rememberVerdicts } from '../../evidence/testing/mutations/remember-verdicts.ts';
import { runMutations } from '../../evidence/testing/mutations/run-mutations.ts';
import { mutationSubjects } from './mutation-subjects.ts';
import type { MutationRange } from './run-in-threads.ts';

/** A thread that makes a range of mutations and posts what the verifier missed. */
const range = workerData as MutationRange;
const missed = await runMutations({
  subjects: await mutationSubjects(),
  cryptography: rememberVerdicts(nodeCryptography),
  ...range,
});
parentPort?.postMessage(missed);

import { describePlace } from '../../archive/report.ts';
import { verifyArchive } from '../../archive/verify-archive.ts';
import type { Cryptography } from '../../signer.ts';
import { byteDamages } from './damage-bytes.ts';
import { forgeFiles } from './forge-files.ts';
import { forgeLedger } from './forge-ledger.ts';
import { forgeProofs } from './forge-proofs.ts';
import { pick, type Random, randomFrom } from './random.ts';
import type { Mutant, Subject } from './subject.ts';
import { substituteKeys } from './substitute-keys.ts';

type Mutation = (subject: Subject, random: Random) => Mutant | Promise<Mutant>;

/** Accidents are half of all; the rest is what somebody without the keys does on purpose. */
function mutationsOf(subject: Subject): readonly Mutation[] {
  const hasProofs = [...subject.files.keys()].some((path) => path.includes('/anchors/'));
  return [
    ...byteDamages,
    forgeLedger,
    forgeLedger,
    forgeFiles,
    forgeFiles,
    ...(hasProofs ? [forgeProofs, forgeProofs] : []),
    substituteKeys,
  ];
}

export interface MutationOptions {
  readonly subjects: readonly Subject[];
  readonly cryptography: Cryptography;
  readonly count: number;
  /** Mutation `n` is made of `firstSeed + n` alone, so that each can be repeated by itself. */
  readonly firstSeed: number;
}

/** A mutation that the verifier did not find, or whose place it did not name. */
export interface Missed {
  readonly seed: number;
  readonly what: string;
  /** What the verifier said. */
  readonly found: string;
}

/** Damages sound archives in many ways; resolves to what the verifier missed. */
export async function runMutations(options: MutationOptions): Promise<Missed[]> {
  const missed: Missed[] = [];
  for (let number = 0; number < options.count; number++) {
    const seed = options.firstSeed + number;
    const random = randomFrom(seed);
    const subject = pick(random, options.subjects);
    const mutant = await pick(random, mutationsOf(subject))(subject, random);
    const { verified, problems } = await verifyArchive(mutant.bytes, {
      cryptography: options.cryptography,
      trustedKeys: subject.trustedKeys,
      trustedHeaders: subject.trustedHeaders,
    });
    const hasPlaces = problems.length > 0 && problems.every(({ place }) => describePlace(place) !== '');
    if (!verified && hasPlaces && mutant.isNamed(problems)) continue;
    const found = problems.map(({ code, place }) => `${code} at ${describePlace(place)}`).join('; ');
    missed.push({ seed, what: `${subject.name}: ${mutant.what}`, found: found || 'nothing' });
  }
  return missed;
}

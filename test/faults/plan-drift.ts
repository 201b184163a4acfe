import { seededRandom } from './seeded-random.ts';

/** One drift that is planted on one switch of one host. */
export interface PlannedDrift {
  /** From 1, on its switch. */
  number: number;
  /** How long the remediation takes. */
  holdMs: number;
  /** Whether the first remediation does not help, so that it is rolled back and a person is asked. */
  isStubborn: boolean;
  /** Whether it is found by a scan of the whole host instead of its one check. */
  isFoundByHostScan: boolean;
  /** Quiet time before it is planted: the incident before it may still be watching, or have ended. */
  pauseMs: number;
}

/** Drift `number` of a switch: the same for the same seed. */
export function planDrift(seed: number, host: string, name: string, number: number): PlannedDrift {
  const random = seededRandom(seed, `drifts/${host}/${name}/${number}`);
  return {
    number,
    holdMs: random.between(1_000, 3_000),
    isStubborn: random.chance(0.15),
    isFoundByHostScan: random.chance(0.2),
    pauseMs: random.between(0, 5_000),
  };
}

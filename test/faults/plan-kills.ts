import { seededRandom } from './seeded-random.ts';

/** What is killed. */
export const parts = ['worker', 'appliance', 'api', 'temporal', 'postgres'] as const;
export type Part = (typeof parts)[number];

/** What the kill waits for, so that it meets what is hard to survive. */
export const moments = [
  'any',
  'remediation_running',
  'order_signed',
  'ticket_waiting',
  'decision_in_flight',
] as const;
export type Moment = (typeof moments)[number];

export interface PlannedKill {
  /** From 1. */
  number: number;
  part: Part;
  /** Quiet time before the moment is looked for. */
  pauseMs: number;
  moment: Moment;
  /** Time from the moment to SIGKILL. */
  delayMs: number;
}

const longestPauseMs = 5_000;
/** Short after an aimed moment, because what it aims at lasts a second or two. */
const longestDelayMs: Record<Moment, number> = {
  any: 4_000,
  remediation_running: 900,
  order_signed: 250,
  ticket_waiting: 1_500,
  decision_in_flight: 250,
};

/** The kills of a run: the same for the same seed. Every part and every moment has its equal share, in a random order. */
export function planKills(seed: number, count: number): PlannedKill[] {
  const random = seededRandom(seed, 'kills');
  const deck = <T>(cards: readonly T[]): T[] => {
    const rounds = Array.from({ length: Math.ceil(count / cards.length) }, () => random.shuffle(cards));
    return rounds.flat().slice(0, count);
  };
  const targets = deck(parts);
  const aims = deck(moments);
  return targets.map((part, index) => {
    const moment = aims[index] ?? 'any';
    return {
      number: index + 1,
      part,
      pauseMs: random.between(0, longestPauseMs),
      moment,
      delayMs: random.between(0, longestDelayMs[moment]),
    };
  });
}

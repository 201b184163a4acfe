import type { Metric } from './catalog/check.ts';

/** A site's score as it was at one time. Points are millionths of a point, of a hundred. */
export interface ScorePoint {
  /** ISO 8601, UTC. */
  at: string;
  microPoints: number;
  /** What each metric gave of what it could. */
  metrics: { metric: Metric; microPoints: number; of: number }[];
  /** Each host's own score. */
  hosts: { host: string; microPoints: number }[];
}

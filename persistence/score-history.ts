import type { DataSource } from 'typeorm';
import { z } from 'zod';
import type { ScorePoint } from '../contracts/score.ts';
import { scorePointEntity, type ScorePointRow } from './entities/entities.ts';
import { PersistenceError } from './persistence-error.ts';
import { inSite } from './scope.ts';

/** What is asked of a history: `from` is within, `to` is not. */
export interface HistoryQuery {
  site: string;
  from?: string;
  to?: string;
  cursor?: string;
  limit: number;
}

/** The scores of sites over time. Rejects with PersistenceError. */
export interface ScoreHistory {
  /**
   * Adds the point where it says something: where the score is another than the last one, or the last one is of an
   * earlier UTC day. A point that is not later than the last one changes nothing. Resolves to whether it was added.
   */
  note(site: string, point: ScorePoint): Promise<boolean>;
  /** Oldest first. */
  list(query: HistoryQuery): Promise<{ items: ScorePoint[]; nextCursor?: string }>;
}

export function createScoreHistory(dataSource: DataSource): ScoreHistory {
  return {
    note: (site, { at, microPoints, metrics, hosts }) =>
      inSite(dataSource, site, async (manager) => {
        await manager.query(`select pg_advisory_xact_lock(hashtextextended('score/' || $1, 0))`, [site]);
        const added = await manager.query<unknown[]>(
          `insert into score_point (site, at, micro_points, metrics, hosts)
           select $1, $2, $3, $4::jsonb, $5::jsonb
           where not exists (
             select from score_point last
             where last.site = $1 and last.at = (select max(at) from score_point where site = $1)
               and (last.at >= $2 or (last.metrics = $4::jsonb and last.hosts = $5::jsonb
                 and date_trunc('day', last.at at time zone 'UTC')
                   = date_trunc('day', $2::timestamptz at time zone 'UTC')))
           )
           returning at`,
          [site, at, microPoints, JSON.stringify(metrics), JSON.stringify(hosts)],
        );
        return added.length > 0;
      }),

    list: ({ site, from, to, cursor, limit }) =>
      inSite(dataSource, site, async (manager) => {
        const selection = manager
          .createQueryBuilder(scorePointEntity, 'point')
          .where({ site })
          .orderBy('point.at', 'ASC')
          .limit(limit + 1);
        if (from !== undefined) selection.andWhere('point.at >= :from', { from });
        if (to !== undefined) selection.andWhere('point.at < :to', { to });
        if (cursor !== undefined) selection.andWhere('point.at > :after', { after: decodeCursor(cursor) });
        const rows = await selection.getMany();
        const items = rows.slice(0, limit).map(pointOf);
        const last = items.at(-1);
        return { items, ...(rows.length > limit && last && { nextCursor: encodeCursor(last) }) };
      }),
  };
}

function pointOf(row: ScorePointRow): ScorePoint {
  return {
    at: row.at.toISOString(),
    microPoints: row.microPoints,
    metrics: row.metrics as ScorePoint['metrics'],
    hosts: row.hosts as ScorePoint['hosts'],
  };
}

/** A site has one point at a time, so the time is all a cursor needs. */
function encodeCursor({ at }: ScorePoint): string {
  return Buffer.from(at).toString('base64url');
}

function decodeCursor(cursor: string): string {
  const parsed = z.iso.datetime().safeParse(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (parsed.success) return parsed.data;
  throw new PersistenceError(
    'cursor_invalid',
    'The cursor is not one a list has given out. Begin again without a cursor.',
  );
}

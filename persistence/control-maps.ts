import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { type Controls, controlsSchema } from '../contracts/controls.ts';
import { query } from './scope.ts';

export type ControlMap = Readonly<Record<string, Controls>>;

/** What the checks of every catalogue stand for that scans were made with. Rejects with PersistenceError. */
export interface ControlMaps {
  /** Remembers a map under its digest (`controlsDigest`). Idempotent. */
  remember(digest: string, map: ControlMap): Promise<void>;
  /** By digest. */
  list(): Promise<Map<string, ControlMap>>;
}

const mapSchema = z.record(z.string(), controlsSchema);

export function createControlMaps(dataSource: DataSource): ControlMaps {
  return {
    remember: async (digest, map) => {
      await query(
        dataSource,
        'insert into control_map (digest, controls) values ($1, $2) on conflict (digest) do nothing',
        [digest, JSON.stringify(map)],
      );
    },
    list: async () => {
      const rows = await query<{ digest: string; controls: unknown }>(
        dataSource,
        'select digest, controls from control_map order by digest',
        [],
      );
      return new Map(rows.map(({ digest, controls }) => [digest, mapSchema.parse(controls)]));
    },
  };
}

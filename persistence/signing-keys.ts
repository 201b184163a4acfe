import type { DataSource } from 'typeorm';
import type { SigningPurpose } from '../evidence/key-rules.ts';
import { query } from './scope.ts';

/** A public key that signatures were made with. Times are ISO 8601, UTC. */
export interface SigningKey {
  keyId: string;
  purpose: SigningPurpose;
  /** Of a key that is kept at a practice (purposes `appliance` and `witness`): the one site and appliance it signs for. */
  site?: string;
  appliance?: string;
  /** Of a witness's key: the name it cosigns under. */
  name?: string;
  /** SubjectPublicKeyInfo in PEM. */
  publicKey: string;
  firstUsedAt: string;
  /** What these mean is in evidence/key-rules.ts. Absent while it has no such end. */
  retiredAt?: string;
  revokedAt?: string;
}

/** From when on a key's signatures cease to count. */
export interface KeyEnd {
  keyId: string;
  purpose: SigningPurpose;
  kind: 'retired' | 'revoked';
  at: string;
  /** In a person's words. */
  reason: string;
  recordedAt: string;
}

/** Every public key ever used, so that old signatures can be judged. Rejects with PersistenceError. */
export interface SigningKeys {
  /** Remembers a key; a known one keeps its first use. */
  remember(key: Omit<SigningKey, 'retiredAt' | 'revokedAt'>): Promise<void>;
  /** Oldest first, with the earliest end of each kind; of one site where it is given. */
  list(purpose: SigningPurpose, of?: { site: string }): Promise<SigningKey[]>;
  /** Notes an end, which nobody can take back or put off. Resolves to whether there is such a key. Idempotent. */
  end(end: KeyEnd): Promise<boolean>;
}

interface KeyRow {
  key_id: string;
  public_key: string;
  first_used_at: Date;
  retired_at: Date | null;
  revoked_at: Date | null;
  site: string | null;
  appliance: string | null;
  name: string | null;
}

export function createSigningKeys(dataSource: DataSource): SigningKeys {
  return {
    remember: async ({ keyId, purpose, publicKey, firstUsedAt, site, appliance, name }) => {
      await query(
        dataSource,
        `insert into signing_key (key_id, purpose, public_key, first_used_at, site, appliance, name)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (key_id, purpose) do nothing`,
        [keyId, purpose, publicKey, firstUsedAt, site ?? null, appliance ?? null, name ?? null],
      );
    },

    list: async (purpose, of) => {
      const rows = await query<KeyRow>(
        dataSource,
        `select key.key_id, public_key, first_used_at, site, appliance, name,
           min(at) filter (where kind = 'retired') as retired_at,
           min(at) filter (where kind = 'revoked') as revoked_at
         from signing_key key left join signing_key_end using (key_id, purpose)
         where purpose = $1 and ($2::text is null or site = $2)
         group by key.key_id, public_key, first_used_at, site, appliance, name order by first_used_at, key_id`,
        [purpose, of?.site ?? null],
      );
      return rows.map((row) => ({
        keyId: row.key_id,
        purpose,
        publicKey: row.public_key,
        firstUsedAt: row.first_used_at.toISOString(),
        ...(row.retired_at && { retiredAt: row.retired_at.toISOString() }),
        ...(row.revoked_at && { revokedAt: row.revoked_at.toISOString() }),
        ...(row.site !== null && { site: row.site }),
        ...(row.appliance !== null && { appliance: row.appliance }),
        ...(row.name !== null && { name: row.name }),
      }));
    },

    end: async ({ keyId, purpose, kind, at, reason, recordedAt }) => {
      const known = await query(dataSource, 'select from signing_key where key_id = $1 and purpose = $2', [
        keyId,
        purpose,
      ]);
      if (known.length === 0) return false;
      await query(
        dataSource,
        `insert into signing_key_end (key_id, purpose, kind, at, reason, recorded_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        [keyId, purpose, kind, at, reason, recordedAt],
      );
      return true;
    },
  };
}

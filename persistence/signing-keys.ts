import type { DataSource } from 'typeorm';
import { query } from './scope.ts';

/** A public key that signatures were made with. */
export interface SigningKey {
  keyId: string;
  purpose: 'evidence' | 'order' | 'checkpoint';
  /** SubjectPublicKeyInfo in PEM. */
  publicKey: string;
  /** ISO 8601. */
  firstUsedAt: string;
}

/** Every public key ever used, so that old signatures can be judged. Rejects with PersistenceError. */
export interface SigningKeys {
  /** Remembers a key; a known one keeps its first use. */
  remember(key: SigningKey): Promise<void>;
  /** Oldest first. */
  list(purpose: SigningKey['purpose']): Promise<SigningKey[]>;
}

export function createSigningKeys(dataSource: DataSource): SigningKeys {
  return {
    remember: async ({ keyId, purpose, publicKey, firstUsedAt }) => {
      await query(
        dataSource,
        `insert into signing_key (key_id, purpose, public_key, first_used_at) values ($1, $2, $3, $4)
         on conflict (key_id, purpose) do nothing`,
        [keyId, purpose, publicKey, firstUsedAt],
      );
    },

    list: async (purpose) => {
      const rows = await query<{ key_id: string; public_key: string; first_used_at: Date }>(
        dataSource,
        'select key_id, public_key, first_used_at from signing_key where purpose = $1 order by first_used_at, key_id',
        [purpose],
      );
      return rows.map((row) => ({
        keyId: row.key_id,
        purpose,
        publicKey: row.public_key,
        firstUsedAt: row.first_used_at.toISOString(),
      }));
    },
  };
}

import type { DataSource } from 'typeorm';
import { deliveryEntity, type DeliveryRow } from './entities/entities.ts';
import { inSite } from './scope.ts';

/** One try to tell somebody something. */
export interface Delivery {
  /** Id of the notification; a repeated try has the same. */
  notificationId: string;
  site: string;
  incident: string;
  kind: string;
  channel: string;
  status: 'delivered' | 'failed' | 'no_channel';
  /** What the channel answered, without secrets. */
  detail?: string;
  at: string;
}

/** The log of deliveries. Rejects with PersistenceError. */
export interface Deliveries {
  record(delivery: Delivery): Promise<void>;
  /** Newest first; of one incident where it is given. */
  list(query: { site: string; incident?: string; limit: number }): Promise<Delivery[]>;
}

export function createDeliveries(dataSource: DataSource): Deliveries {
  return {
    record: (delivery) =>
      inSite(dataSource, delivery.site, async (manager) => {
        await manager.query(
          `insert into delivery (site, notification_id, incident, kind, channel, status, detail, at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [
            delivery.site,
            delivery.notificationId,
            delivery.incident,
            delivery.kind,
            delivery.channel,
            delivery.status,
            delivery.detail ?? null,
            delivery.at,
          ],
        );
      }),

    list: ({ site, incident, limit }) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.find(deliveryEntity, {
          where: { site, ...(incident !== undefined && { incident }) },
          order: { id: 'desc' },
          take: limit,
        });
        return rows.map(deliveryOf);
      }),
  };
}

function deliveryOf(row: DeliveryRow): Delivery {
  return {
    notificationId: row.notificationId,
    site: row.site,
    incident: row.incident,
    kind: row.kind,
    channel: row.channel,
    status: row.status as Delivery['status'],
    ...(row.detail !== null && { detail: row.detail }),
    at: row.at.toISOString(),
  };
}

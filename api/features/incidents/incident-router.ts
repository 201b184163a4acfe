import {
  acknowledgeIncident,
  decideIncident,
  getIncident,
  listIncidents,
  releaseFlappingIncident,
} from '../../../contracts/api/incidents.ts';
import type { Mount } from '../../http/mount.ts';
import { withoutUndefined } from '../../http/without-undefined.ts';
import type { IncidentMessenger } from './incident-ports.ts';
import type { IncidentService } from './incident-service.ts';

export function mountIncidents(mount: Mount, service: IncidentService, messenger: IncidentMessenger): void {
  mount(listIncidents, async ({ query }) => ({ body: await service.list(withoutUndefined(query)) }));

  mount(getIncident, async ({ params }) => ({ body: await service.get(params.id) }));

  mount(decideIncident, async ({ params, body: request, actor }) => ({
    body: await service.speakTo(params.id, (id) => messenger.decide(id, { request, actor })),
  }));

  mount(acknowledgeIncident, async ({ params, actor, idempotencyKey }) => ({
    body: await service.speakTo(params.id, (id) => messenger.acknowledge(id, actor, idempotencyKey)),
  }));

  mount(releaseFlappingIncident, async ({ params, actor, idempotencyKey }) => ({
    body: await service.speakTo(params.id, (id) => messenger.releaseFlapping(id, actor, idempotencyKey)),
  }));
}

import { health, type Health } from '../../../contracts/api/service.ts';
import type { Mount } from '../../http/mount.ts';

type PartName = keyof Health['parts'];

/** Probes resolve when their part answers and reject when it does not. They must not take longer than a few seconds. */
export type HealthProbes = Record<PartName, () => Promise<void>>;

export function mountHealth(mount: Mount, probes: HealthProbes): void {
  const check = shareWhileRunning(() => checkParts(probes));
  mount(health, async () => {
    const parts = await check();
    const isWell = Object.values(parts).every(({ up }) => up);
    return {
      status: isWell ? 200 : 503,
      body: { status: isWell ? ('up' as const) : ('degraded' as const), parts },
    };
  });
}

async function checkParts(probes: HealthProbes): Promise<Health['parts']> {
  const [postgres, temporal] = await Promise.all([isUp(probes.postgres), isUp(probes.temporal)]);
  return { postgres: { up: postgres }, temporal: { up: temporal } };
}

async function isUp(probe: () => Promise<void>): Promise<boolean> {
  try {
    await probe();
    return true;
  } catch {
    return false;
  }
}

/** Anybody may ask for health, so however many ask at a time, the parts are asked once. */
function shareWhileRunning<T>(action: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= action().finally(() => {
      running = undefined;
    });
    return running;
  };
}

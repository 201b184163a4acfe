import { join } from 'node:path';
import { readCatalog } from '../../catalog/read-catalog.ts';
import type { Story } from '../../contracts/story.ts';
import { projectDirectory, say } from '../project.ts';
import { planDrifts, type PlantedDrift } from './planted-drifts.ts';
import { mainSite, type Scene } from './scene.ts';
import { until } from './until.ts';

/** A drift on its host, and what became of each check that found it. */
export interface SettledDrift {
  drift: PlantedDrift;
  host: string;
  stories: Story[];
}
export interface HealedAll {
  settled: SettledDrift[];
  /** Runbooks whose drift could not be planted here, and why. */
  skipped: { runbook: string; reason: string }[];
}

/** A machine without hardware of its own takes minutes on a busy one. */
const patience = 300_000;

/** Plants one drift for each runbook and sees each healed, or handed to people, as its risk says. */
export async function healAll(scene: Scene): Promise<HealedAll> {
  const { planted, skipped } = spread(
    scene,
    planDrifts(await readCatalog(join(projectDirectory, 'catalog'))),
  );
  say(`Planting ${planted.length} drifts, one for each runbook`);
  for (const { drift, host } of planted) {
    say(`  ${host}: ${drift.what}`);
    if (drift.prepare !== undefined) await scene.onHost(host, drift.prepare);
    await scene.onHost(host, drift.plant);
  }
  for (const { runbook, reason } of skipped) say(`  left out: ${runbook}, ${reason}`);
  say('Scanning; rules, planner and people go to work');
  // A machine without hardware of its own is slow: it is asked for no more than was planted there.
  const hostsWith = (needsKernel: boolean) => [
    ...new Set(planted.filter(({ drift }) => drift.needsKernel === needsKernel).map(({ host }) => host)),
  ];
  const own = hostsWith(true);
  await scene.admin.scan(mainSite, undefined, hostsWith(false));
  if (own.length > 0) {
    const checks = planted.filter(({ drift }) => drift.needsKernel).flatMap(({ drift }) => drift.checks);
    await scene.admin.scan(mainSite, checks, own);
  }
  // All are found before any is waited for: a scan hands its drifts over together.
  for (const { drift, host } of planted) await findersOf(scene, drift, host);
  const settled: SettledDrift[] = [];
  for (const { drift, host } of planted) {
    const stories = await settle(scene, drift, host);
    const tiers = [
      ...new Set(stories.map(({ tier, state }) => (state === 'waiting_for_person' ? 'waits' : tier))),
    ];
    say(
      `  ${drift.runbook} on ${host}: ${stories.map(({ check }) => check).join(', ')} (${tiers.join(', ')})`,
    );
    settled.push({ drift, host, stories });
  }
  return { settled, skipped };
}

/** Gives each drift a host that can have it, in turn; SSH's first, because a later act plants it again on the first host. */
function spread(
  { stack }: Scene,
  drifts: readonly PlantedDrift[],
): { planted: { drift: PlantedDrift; host: string }[]; skipped: HealedAll['skipped'] } {
  const hosts = stack.sites.find(({ id }) => id === mainSite)?.hosts ?? [];
  const own = hosts.filter(({ ownKernel }) => ownKernel).map(({ id }) => id);
  const shared = hosts.filter(({ ownKernel }) => !ownKernel).map(({ id }) => id);
  const planted: { drift: PlantedDrift; host: string }[] = [];
  const skipped: HealedAll['skipped'] = [];
  const inTurn = drifts.toSorted((one, other) => Number(isSshRoot(other)) - Number(isSshRoot(one)));
  let turn = 0;
  for (const drift of inTurn) {
    const host = drift.needsKernel ? own[0] : shared[turn++ % shared.length];
    if (host === undefined)
      skipped.push({ runbook: drift.runbook, reason: 'it needs a host with a kernel of its own' });
    else planted.push({ drift, host });
  }
  return { planted, skipped };
}

/** Whether the check found a drift, rather than could not be carried out. */
function hasFound({ latest, attempts, resolution }: Story): boolean {
  return (
    latest.status === 'fail' || latest.status === 'warning' || attempts.length > 0 || resolution !== undefined
  );
}

const isSshRoot = ({ runbook }: PlantedDrift) => runbook === 'RB-LIN-SSH-001';

/** Waits until every check that found the drift has come to its end, with people's approval where that is needed. */
async function settle(scene: Scene, drift: PlantedDrift, host: string): Promise<Story[]> {
  const found = await findersOf(scene, drift, host);
  return Promise.all(found.map(({ check }) => settleOne(scene, drift, { site: mainSite, host, check })));
}

/** The incidents of the checks that found the drift, once there is one. */
function findersOf(scene: Scene, drift: PlantedDrift, host: string): Promise<Story[]> {
  return until(
    `a check of ${drift.runbook} finds its drift on ${host}`,
    async () => {
      const stories = await Promise.all(
        drift.checks.map((check) => scene.admin.story({ site: mainSite, host, check })),
      );
      const open = stories.filter((story) => story !== undefined).filter(hasFound);
      return open.length === 0 ? undefined : open;
    },
    patience,
  );
}

async function settleOne(
  scene: Scene,
  drift: PlantedDrift,
  key: { site: string; host: string; check: string },
): Promise<Story> {
  const at = (states: readonly string[]) =>
    until(
      `${key.check} on ${key.host} is ${states.join(' or ')}`,
      async () => {
        const story = await scene.admin.story(key);
        return story && states.includes(story.state) ? story : undefined;
      },
      patience,
    );
  if (drift.ends === 'a person') return at(['waiting_for_person']);
  if (drift.ends === 'two people') {
    const waiting = await at(['waiting_for_person', 'watching', 'closed']);
    if (waiting.state === 'waiting_for_person') {
      await scene.admin.approve(key, 'not an account of ours');
      await scene.reviewer.approve(key, 'checked with the practice, go on');
    }
  }
  return at(['watching', 'closed']);
}

import type { Story } from '../../contracts/story.ts';
import { say } from '../project.ts';
import { returningDrift, slowDrift, startsFile, undoSlowDrift, type Drift } from './drifts.ts';
import type { DemoReport } from './report.ts';
import { dryRunSite, mainSite, type Scene } from './scene.ts';
import { until } from './until.ts';

/** Hosts of the main site; a demo on one host plays everything on it. */
function mainHosts({ stack }: Scene): string[] {
  return stack.sites.find(({ id }) => id === mainSite)?.hosts.map(({ id }) => id) ?? [];
}

function hostFor(scene: Scene, index: number): string {
  const hosts = mainHosts(scene);
  const host = hosts[index % hosts.length];
  if (host === undefined) throw new Error('the demo has no host');
  return host;
}

async function plant(scene: Scene, host: string, drift: Drift): Promise<void> {
  say(`  ${host}: ${drift.what}`);
  await scene.onHost(host, drift.script);
}

async function settled(scene: Scene, host: string, check: string, since = 0): Promise<Story> {
  return until(`${check} on ${host} is healed`, async () => {
    const story = await scene.admin.story({ site: mainSite, host, check });
    return story?.state === 'watching' && (story.verifiedAtMs ?? 0) > since ? story : undefined;
  });
}

/** The same drift again and again, until healing it by itself is stopped. */
export async function flap(scene: Scene): Promise<DemoReport['flapping']> {
  const host = hostFor(scene, 0);
  const { check } = returningDrift;
  const key = { site: mainSite, host, check };
  say('Planting the same drift until flapping stops it');
  let story = await settled(scene, host, check);
  while (story.state === 'watching') {
    await plant(scene, host, returningDrift);
    const before = story.verifiedAtMs ?? 0;
    await scene.admin.scan(mainSite, [check]);
    story = await until(`${check} is healed again or stopped`, async () => {
      const now = await scene.admin.story(key);
      const isAgain = now?.state === 'watching' && (now.verifiedAtMs ?? 0) > before;
      return isAgain || now?.state === 'waiting_for_person' ? now : undefined;
    });
    say(`  ${story.state}, ${String(story.flapping.heals.length)} heals`);
  }
  const { heals, stoppedAt } = story.flapping;
  return { check, heals: heals.length, stopped: stoppedAt !== undefined, state: story.state };
}

/** The worker is killed while a runbook runs on the host. */
export async function crash(scene: Scene): Promise<DemoReport['crash']> {
  const host = hostFor(scene, 1);
  const { check } = slowDrift;
  const since = Date.now();
  say('Killing the worker in the middle of a remediation');
  await plant(scene, host, slowDrift);
  const starts = async () => {
    const text = await scene.onHost(host, `cat ${startsFile} 2>/dev/null || true`);
    return text.split('\n').filter((line) => line === 'start').length;
  };
  await scene.admin.scan(mainSite, [check]);
  await until('the runbook runs', async () => ((await starts()) > 0 ? true : undefined));
  await scene.stack.processes.worker.kill('SIGKILL');
  say('  killed; its supervisor starts it again');
  const story = await settled(scene, host, check, since);
  const runs = await starts();
  await scene.onHost(host, undoSlowDrift);
  const verified = story.attempts.at(-1)?.verification?.status === 'pass';
  return { check, runs, killed: 'worker', state: story.state, verified };
}

/** A site in dry run says what it would do, and does nothing. */
export async function dryRun(scene: Scene): Promise<DemoReport['dryRun']> {
  const host = scene.stack.sites.find(({ id }) => id === dryRunSite)?.hosts[0]?.id;
  if (host === undefined) return { skipped: 'there is no third host for the site in dry run' };
  const { check } = returningDrift;
  say('A site in dry run');
  await plant(scene, host, returningDrift);
  const readSetting = () => scene.onHost(host, 'sshd -T | grep ^permitrootlogin');
  const before = await readSetting();
  await scene.admin.scan(dryRunSite, [check]);
  const story = await until('the dry run has said what it would do', async () => {
    const now = await scene.admin.story({ site: dryRunSite, host, check });
    return now?.resolution === 'would_have_run' ? now : undefined;
  });
  const attempt = story.attempts.at(-1);
  const steps = attempt?.outcome?.plannedCommands?.map(({ step }) => step) ?? [];
  return {
    check,
    wouldHaveRun: steps.map((step) => `${attempt?.proposal.runbook ?? ''} ${step}`),
    hostUnchanged: before === (await readSetting()) && before.includes('yes'),
    state: story.state,
  };
}

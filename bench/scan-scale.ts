import { join } from 'node:path';
import { z } from 'zod';
import { projectDirectory } from '../cli/project.ts';
import type { LabHost } from '../stack/lab/lab.ts';
import { runCommand } from '../stack/run-command.ts';
import type { BenchContext } from './bench-context.ts';
import { startBenchLab } from './parts/start-bench-lab.ts';
import { median, type BenchResult } from './result.ts';

const most = 50;
const few = 5;
const rounds = 3;
const memoryLimitBytes = 200 * 1024 * 1024;
const patienceMs = 600_000;

/**
 * Time for a scan of fifty hosts over that of five, by a scanner in a process of its own whose memory is watched. All hosts
 * are up in both cases, so that the machine carries the same.
 */
export async function run(context: BenchContext): Promise<BenchResult> {
  const { say } = context;
  const lab = await startBenchLab(context, most);
  const ratios: number[] = [];
  const times = { few: [] as number[], most: [] as number[] };
  let memory = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const small = await scan(lab.hosts.slice(0, few));
    const large = await scan(lab.hosts);
    memory = Math.max(memory, large.maxRssBytes);
    times.few.push(small.tookMs);
    times.most.push(large.tookMs);
    ratios.push(large.tookMs / small.tookMs);
    say(
      `round ${round} of ${rounds}: ${few} hosts ${(small.tookMs / 1_000).toFixed(2)} s, ${most} hosts ${(large.tookMs / 1_000).toFixed(2)} s, ${(large.maxRssBytes / 1_048_576).toFixed(0)} MB`,
    );
  }
  if (memory > memoryLimitBytes)
    throw new Error(
      `the scanner took ${Math.round(memory / 1_048_576)} MB for ${most} hosts; 200 are allowed`,
    );
  return {
    name: 'scan-scale',
    ratio: median(ratios),
    floor: 6,
    higherIsBetter: false,
    ours: median(times.most) / 1_000,
    reference: median(times.few) / 1_000,
    unit: `s, with at most ${Math.round(memory / 1_048_576)} MB`,
  };
}

const resultSchema = z.object({ tookMs: z.number(), maxRssBytes: z.number(), unread: z.number() });

async function scan(hosts: readonly LabHost[]): Promise<z.output<typeof resultSchema>> {
  const main = join(projectDirectory, 'bench/parts/scan-main.ts');
  const { stdout } = await runCommand(process.execPath, [main], {
    input: JSON.stringify({ hosts, rounds: 3 }),
    timeoutMs: patienceMs,
  });
  const result = resultSchema.parse(JSON.parse(stdout));
  if (result.unread > 0) throw new Error(`${result.unread} checks could not be read`);
  return result;
}

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** One program of a series, run from the project's root. */
export interface Step {
  /** Shown to a person, as `types`. */
  name: string;
  /** Script of a package, run by this Node, and its arguments. */
  args: readonly string[];
}
export interface StepResult {
  name: string;
  passed: boolean;
  seconds: number;
  output: string;
}

/** Runs one step to its end, keeping what it prints. */
export async function runStep(step: Step, cwd: string): Promise<StepResult> {
  const startedAt = performance.now();
  // What it prints is kept and shown later, perhaps in a file.
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
  delete env['FORCE_COLOR'];
  const child = spawn(process.execPath, step.args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return { name: step.name, passed: exitCode === 0, seconds, output: `${stdout}${stderr}`.trim() };
}

/** Runs the steps of each lane in turn and the lanes side by side; every step runs, whatever becomes of the others. */
export async function runLanes(
  lanes: readonly (readonly Step[])[],
  cwd: string,
  onResult: (result: StepResult) => void,
): Promise<StepResult[]> {
  const results = await Promise.all(
    lanes.map(async (steps) => {
      const laneResults: StepResult[] = [];
      for (const step of steps) {
        const result = await runStep(step, cwd);
        onResult(result);
        laneResults.push(result);
      }
      return laneResults;
    }),
  );
  return results.flat();
}

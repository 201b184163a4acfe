import { z } from 'zod';

const reportSchema = z.object({
  numPassedTests: z.number().int(),
  numFailedTests: z.number().int(),
  /** Files that could not be run at all. */
  numRuntimeErrorTestSuites: z.number().int(),
});

export interface TestCount {
  passed: number;
  failed: number;
}

/**
 * What a run of Jest came to, from the text of its `--json` report (absent where it ended before it wrote one) and its
 * exit status. A file that could not be run counts as one failure, and so does a run that failed without naming a test:
 * nothing that went wrong counts as nothing.
 */
export function countTests(report: string | undefined, exitCode: number): TestCount {
  const parsed = report === undefined ? undefined : reportSchema.safeParse(JSON.parse(report));
  if (!parsed?.success) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = parsed.data;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  const passed = numPassedTests;
  if (passed + failed === 0) return { passed: 0, failed: 1 };
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}

import { countTests } from './test-report.ts';

const report = (passed: number, failed: number, broken = 0) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numRuntimeErrorTestSuites: broken });

test('counts passed and failed tests', () => {
  expect(countTests(report(10, 2), 1)).toEqual({ passed: 10, failed: 2 });
});

test('a file that could not be run is a failure', () => {
  expect(countTests(report(10, 0, 1), 1)).toEqual({ passed: 10, failed: 1 });
});

test('a run that ended badly without a failed test is a failure', () => {
  expect(countTests(report(10, 0), 1)).toEqual({ passed: 10, failed: 1 });
  expect(countTests(undefined, 0)).toEqual({ passed: 0, failed: 1 });
});

test('a run that found no tests is a failure', () => {
  expect(countTests(report(0, 0), 0)).toEqual({ passed: 0, failed: 1 });
});

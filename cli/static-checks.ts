import type { Step, StepResult } from './run-steps.ts';

const bin = (script: string) => `node_modules/${script}`;

/** The typed lint alone takes as long as all the other checks of a commit. */
export const lint: Step = { name: 'lint', args: [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'] };
export const format: Step = {
  name: 'format',
  args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
};
export const types: Step = {
  name: 'types',
  args: [bin('typescript/bin/tsc'), '-p', '.', '--pretty', 'false'],
};

/** One line for a step that ended. */
export function resultLine({ passed, name, seconds }: StepResult): string {
  return `${passed ? 'ok  ' : 'FAIL'}  ${name} (${seconds} s)`;
}

/** What a step that failed printed. */
export function failureOf({ name, output }: StepResult): string {
  return `\n── ${name} ──\n${output}\n`;
}

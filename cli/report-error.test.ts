import { StackError } from '../stack/stack-error.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { reportError } from './report-error.ts';

const neverWritten = () => {
  throw new Error('nothing was to be written');
};

test('a command’s own error says what to do next, with its exit code', () => {
  const error = new CommandError('two files differ', 'Run it again.', exitCodes.negative);
  expect(reportError(error, neverWritten)).toEqual({
    lines: ['two files differ', 'Next: Run it again.'],
    exitCode: 1,
  });
});

test('a part that cannot be had ends with the code for that', () => {
  const report = reportError(
    new StackError('port_in_use', '8470 is in use', 'Choose another.'),
    neverWritten,
  );
  expect(report).toEqual({ lines: ['8470 is in use', 'Next: Choose another.'], exitCode: 3 });
});

test('an unforeseen error is short on the screen and whole in a file', () => {
  const written: string[] = [];
  const report = reportError(new TypeError('x is not a function\nand more'), (text) => {
    written.push(text);
    return '/logs/error';
  });

  expect(report.exitCode).toBe(70);
  expect(report.lines[0]).toBe('something unforeseen went wrong: x is not a function');
  expect(report.lines[1]).toContain('/logs/error');
  expect(written.join()).toContain('report-error.test');
});

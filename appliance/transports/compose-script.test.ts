import { composeScript } from './compose-script.ts';
import { requestOf } from './transport-contract.ts';

const names = { id: 'run', marker: 'mark' };

test('refuses a variable name that could be code', () => {
  const request = requestOf('srv-1', ':', { environment: { 'X=$(id)': '' } });
  expect(() => composeScript(request, names)).toThrow(/not an environment variable/);
});

test('refuses a script that the kernel would not take as one environment string', () => {
  expect(() => composeScript(requestOf('srv-1', 'x'.repeat(131_072)), names)).toThrow(/longer than/);
});

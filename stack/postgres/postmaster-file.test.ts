import { parsePostmasterFile } from './postmaster-file.ts';

const file = (status: string) =>
  `4711\n/data/cluster\n1795424055\n42151\n\n127.0.0.1\n  1234 5678\n${status}`;

test('a server that is ready is told from one that starts', () => {
  expect(parsePostmasterFile(file('ready   \n'))).toEqual({ pid: 4711, port: 42151, isReady: true });
  expect(parsePostmasterFile(file('starting\n'))?.isReady).toBe(false);
  expect(parsePostmasterFile('4711\n/data')?.isReady).toBe(false);
});

test.each(['', '\n', 'x\n', '-4\n', '0\n', '1\n', '4.5\n'])('%j is no file of a server', (text) => {
  expect(parsePostmasterFile(text)).toBeUndefined();
});

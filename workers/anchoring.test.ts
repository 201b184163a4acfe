import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anchoringSchema, timestampAuthorityOf } from './anchoring.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-anchoring-'));
});
afterEach(() => rm(directory, { recursive: true }));

const authorityOf = (environment: Record<string, string>) =>
  timestampAuthorityOf(anchoringSchema.parse(environment));

test('no time-stamp authority is asked unless one is set', async () => {
  expect(await authorityOf({ TSA_CERTIFICATES_FILE: '/nowhere' })).toBeUndefined();
});

test('an authority without certificates to judge it by is refused, and says what to set', async () => {
  const url = { TSA_URL: 'https://tsa.example/' };
  await expect(authorityOf(url)).rejects.toThrow('set TSA_CERTIFICATES_FILE');
  const file = join(directory, 'roots.pem');
  await writeFile(file, 'nothing');
  await expect(authorityOf({ ...url, TSA_CERTIFICATES_FILE: file })).rejects.toThrow('no certificate');
});

test('an address that is none is refused', () => {
  expect(() => anchoringSchema.parse({ TSA_URL: 'file:///etc/passwd' })).toThrow();
});

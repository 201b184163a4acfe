import { parseApiConfig } from './config.ts';

const environment = {
  DATABASE_URL: 'postgres://app:secret@127.0.0.1:5432/malachor',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  MALACHOR_SECRETS_DIR: '/secrets',
};

it('needs three settings and has defaults for the rest', () => {
  expect(parseApiConfig(environment)).toEqual({
    databaseUrl: environment.DATABASE_URL,
    temporalAddress: environment.TEMPORAL_ADDRESS,
    temporalNamespace: 'malachor',
    secretsDirectory: '/secrets',
    host: '127.0.0.1',
    port: 18_080,
    temporalWebOrigins: [],
    isTls: false,
    logLevel: 'info',
  });
});

it('takes several origins of Temporal Web', () => {
  const { temporalWebOrigins } = parseApiConfig({
    ...environment,
    MALACHOR_TEMPORAL_WEB_ORIGINS: 'http://127.0.0.1:8233,https://web.example',
  });
  expect(temporalWebOrigins).toEqual(['http://127.0.0.1:8233', 'https://web.example']);
});

it.each([
  ['DATABASE_URL', 'mysql://x:secret@y'],
  ['DATABASE_URL', undefined],
  ['TEMPORAL_ADDRESS', 'http://127.0.0.1:7233'],
  ['MALACHOR_API_PORT', '65536'],
  ['MALACHOR_TEMPORAL_WEB_ORIGINS', '*'],
  ['MALACHOR_TEMPORAL_WEB_ORIGINS', 'http://127.0.0.1:8233/'],
  ['LOG_LEVEL', 'loud'],
])('names %s when it is %s, without repeating values', (name, value) => {
  const parse = () => parseApiConfig({ ...environment, [name]: value });
  expect(parse).toThrow(name);
  expect(parse).not.toThrow('secret');
});

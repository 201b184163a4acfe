import { s3SettingsSchema } from './s3-settings.ts';

const parse = (settings: object) => s3SettingsSchema.safeParse({ bucket: 'evidence', ...settings });

test.each([
  'https://s3.example.org',
  'https://s3.example.org:9000',
  'http://127.0.0.1:7070',
  'http://localhost:7070',
  'http://[::1]:7070',
])('takes %s', (endpoint) => {
  expect(parse({ endpoint }).success).toBe(true);
});

test.each([
  'http://s3.example.org',
  'http://127.0.0.1.example.org',
  'ftp://127.0.0.1',
  'https://key:secret@s3.example.org',
  's3.example.org',
])('refuses %s: evidence goes over no open line, and credentials into no address', (endpoint) => {
  expect(parse({ endpoint }).success).toBe(false);
});

test.each([
  { bucket: '../x' },
  { bucket: 'a/b' },
  { region: 'x y' },
  { timeoutMs: 0 },
  { secretAccessKey: 'x' },
])('refuses %j', (settings) => {
  expect(parse(settings).success).toBe(false);
});

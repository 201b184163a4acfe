import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { routes } from '../contracts/api/routes.ts';
import { openApiDocument } from './openapi.ts';
import { startTestApi } from './testing/start-test-api.ts';

type Node = Record<string, unknown>;

const document = JSON.parse(JSON.stringify(openApiDocument())) as Node & {
  paths: Record<string, Record<string, Node & { operationId: string; responses: Record<string, Node> }>>;
  components: { schemas: Record<string, Node> };
};

it('is the committed one; run `node api/write-openapi.ts` when it is not', () => {
  const committed = readFileSync(join(process.cwd(), 'api/__generated__/openapi.json'), 'utf8');
  expect(JSON.parse(committed)).toEqual(document);
});

it('is served', async () => {
  const api = await startTestApi();
  const response = await api.request('/api/openapi.json', { headers: {} });
  expect(await response.json()).toEqual(document);
  await api.close();
});

it('has each route once, with unique operation ids', () => {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect(operations.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  expect(new Set(routes.map(({ id }) => id)).size).toBe(routes.length);
});

it('has what OpenAPI 3.1 asks of a document', () => {
  expect(document['openapi']).toMatch(/^3\.1\.\d+$/);
  expect(document['info']).toMatchObject({
    title: expect.any(String) as string,
    version: expect.any(String) as string,
  });
  for (const [path, item] of Object.entries(document.paths)) {
    expect(path).toMatch(/^\//);
    const templated = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const operation of Object.values(item)) {
      const parameters = (operation['parameters'] ?? []) as {
        name: string;
        in: string;
        required?: boolean;
      }[];
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual(templated);
      expect(inPath.every(({ required }) => required)).toBe(true);
      expect(new Set(parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).size).toBe(
        parameters.length,
      );
      expect(Object.keys(operation.responses).length).toBeGreaterThan(1);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/);
        expect(response).toMatchObject({
          description: expect.any(String) as string,
          content: expect.anything() as object,
        });
      }
    }
  }
});

it('refers only to schemas that it has, and has none that nothing refers to', () => {
  const used = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        if (key === '$ref') used.add(String(value).replace('#/components/schemas/', ''));
        else visit(value);
      }
    }
  };
  visit(document);
  expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort());
});

it('leaves only what is public without a token', () => {
  const open = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.values(item)
      .filter((operation) => 'security' in operation)
      .map(() => path),
  );
  expect(open.sort()).toEqual(['/api/evidence/public-key', '/api/openapi.json', '/health']);
});

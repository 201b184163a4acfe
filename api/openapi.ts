import { z } from 'zod';
import { namedSchemas } from '../contracts/api/named-schemas.ts';
import { problemKinds, problemSchema, type ProblemCode } from '../contracts/api/problem.ts';
import { idempotencyKeySchema, type Route } from '../contracts/api/route.ts';
import { routes } from '../contracts/api/routes.ts';

type Json = Record<string, unknown>;

const schemaPrefix = '#/components/schemas/';

/** The API as OpenAPI 3.1, whose schemas are JSON Schema 2020-12. The same for every process: it depends on code only. */
export function openApiDocument(): Json & { openapi: string } {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Malachor',
      version: '0.1.0',
      description:
        'Incidents, decisions and evidence. Errors are problem documents (RFC 9457) with a stable `code`; lists are ' +
        'paged by cursor.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
    security: [{ bearer: [] }],
  };
}

function componentSchemas(): Json {
  const { schemas } = z.toJSONSchema(namedSchemas, {
    io: 'input',
    unrepresentable: 'throw',
    uri: (id) => schemaPrefix + id,
  });
  return Object.fromEntries(
    Object.entries(schemas)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => [name, inline(schema)]),
  );
}

function operation(route: Route): Json {
  const parameters = [
    ...parametersOf('path', route.params),
    ...parametersOf('query', route.query),
    ...(route.idempotencyKey ? [idempotencyKeyParameter()] : []),
  ];
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    ...(route.access === 'public' && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: { required: true, content: jsonContent(route.body) } }),
    responses: responsesOf(route),
  };
}

function parametersOf(place: 'path' | 'query', schema: Route['params']): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    ...((place === 'path' || required.includes(name)) && { required: true }),
    schema: inline(property as object),
  }));
}

function idempotencyKeyParameter(): Json {
  const schema = inline(z.toJSONSchema(idempotencyKeySchema));
  return { name: 'Idempotency-Key', in: 'header', schema };
}

function responsesOf(route: Route): Json {
  const content = jsonContent(route.response);
  const responses: Json = {};
  for (const status of [route.status, ...(route.otherStatuses ?? [])]) {
    responses[status] = { description: status < 400 ? 'Done' : 'Not in order', content };
  }
  for (const [status, codes] of codesByStatus(route)) {
    responses[status] = {
      description: codes.map((code) => `\`${code}\`: ${problemKinds[code].title}`).join('\n\n'),
      content: { 'application/problem+json': { schema: reference(problemSchema) } },
    };
  }
  return responses;
}

function codesByStatus(route: Route): [number, ProblemCode[]][] {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set([...generalCodes(route), ...route.problems])) {
    const { status } = problemKinds[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus].sort(([a], [b]) => a - b);
}

/** What the server's own checks can answer before a handler runs, and 500. */
function generalCodes(route: Route): ProblemCode[] {
  return [
    'invalid_request',
    ...(route.body ? (['malformed_json', 'body_too_large', 'unsupported_media_type'] as const) : []),
    ...(route.access === 'public' ? [] : (['not_authenticated', 'too_many_attempts'] as const)),
    ...(route.access === 'act' ? (['role_not_allowed'] as const) : []),
    'internal_error',
  ];
}

function jsonContent(schema: z.ZodType): Json {
  return { 'application/json': { schema: reference(schema) } };
}

function reference(schema: z.ZodType): Json {
  const name = namedSchemas.get(schema)?.id;
  if (name === undefined) throw new Error('bodies and answers of routes must be named schemas');
  return { $ref: schemaPrefix + name };
}

const documentKeywords = new Set(['$schema', '$id', 'id', '~standard']);

/** The schema without what only a document of its own needs. */
function inline(schema: object): Json {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !documentKeywords.has(keyword)));
}

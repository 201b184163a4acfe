import { z } from 'zod';
import { disclosureSchema } from '../disclosure/commitment.ts';
import { statementSchemas } from './read-statement.ts';

/** JSON Schemas (draft 2020-12) by file name, as they are published under `docs/evidence/schemas/`. */
export function publishedSchemas(): Record<string, object> {
  const statements = Object.entries(statementSchemas).map(([type, schema]): [string, object] => {
    const [kind, version] = type.split('/').slice(-2);
    const title = `in-toto statement of ${type}`;
    return [`${kind ?? ''}-${version ?? ''}.json`, withTitle(z.toJSONSchema(schema, { io: 'input' }), title)];
  });
  const disclosures = z.array(disclosureSchema);
  const title = 'Disclosures of one statement: salt, place and value each';
  return {
    ...Object.fromEntries(statements),
    'disclosures.json': withTitle(z.toJSONSchema(disclosures), title),
  };
}

function withTitle(schema: object, title: string): object {
  const { $schema, ...rest } = schema as { $schema?: string };
  return { $schema, title, ...rest };
}

import { z } from 'zod';

/** Every schema that has a name in the API's description. */
export const namedSchemas = z.registry<{ id: string; description?: string }>();

/** Gives `schema` a name under `#/components/schemas` and returns it. Names are unique. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema, description?: string): Schema {
  namedSchemas.add(schema, description === undefined ? { id } : { id, description });
  return schema;
}

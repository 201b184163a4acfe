import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedSchemas } from '../statements/json-schemas.ts';

/** Writes `docs/evidence/schemas/`: `node evidence/node/write-schemas.ts`. */
const directory = join(import.meta.dirname, '../../docs/evidence/schemas');
mkdirSync(directory, { recursive: true });
for (const [name, schema] of Object.entries(publishedSchemas()))
  writeFileSync(join(directory, name), `${JSON.stringify(schema, null, 2)}\n`);

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from './openapi.ts';

/** Writes `api/__generated__/openapi.json`. Run it after a change of `contracts/api`; a test says when that is due. */
const directory = join(import.meta.dirname, '__generated__');
mkdirSync(directory, { recursive: true });
writeFileSync(join(directory, 'openapi.json'), `${JSON.stringify(openApiDocument(), undefined, 2)}\n`);

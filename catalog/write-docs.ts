import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeCatalog } from '../domain/catalog/describe-catalog.ts';
import { readCatalog } from './read-catalog.ts';

/** Writes docs/catalog.md anew from the files of the catalogue. */
const catalog = await readCatalog(import.meta.dirname);
writeFileSync(join(import.meta.dirname, '../docs/catalog.md'), describeCatalog(catalog));

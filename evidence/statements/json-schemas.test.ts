import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Envelope } from '../../contracts/order.ts';
import { sha256 } from '../node/hasher.ts';
import { sampleRecord } from '../testing/sample-evidence.ts';
import { numberedSalts } from '../testing/sample-statements.ts';
import { buildIncidentV2Statement } from './incident-v2.ts';
import { publishedSchemas } from './json-schemas.ts';

const directory = join(import.meta.dirname, '../../docs/evidence/schemas');
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown;
const golden = read(join(import.meta.dirname, 'golden-bundles.json')) as {
  type: string;
  envelope: Envelope;
}[];

/** A validator of the published file, as a stranger would make it. */
function validator(name: string) {
  const ajv = new Ajv2020({ strict: true, strictTuples: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.compile(read(join(directory, name)) as object);
}

test('the published schemas are those of the code: node evidence/node/write-schemas.ts writes them', () => {
  const published = Object.fromEntries(
    readdirSync(directory).map((name) => [name, read(join(directory, name))]),
  );
  expect(published).toEqual(JSON.parse(JSON.stringify(publishedSchemas())));
  expect(Object.keys(published)).toHaveLength(5);
});

describe.each(golden)('the schema of $type', ({ type, envelope }) => {
  const validate = validator(`${type.replace('/', '-')}.json`);
  const statement = () =>
    JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as Record<string, unknown>;

  it('takes a signed statement', () => {
    validate(statement());
    expect(validate.errors).toBeNull();
  });

  it('refuses one with a member more or less, of another type, or with a time that is none', () => {
    const predicate = statement()['predicate'] as Record<string, unknown>;
    const time = Object.keys(predicate).find((name) => name.endsWith('At'))!;
    for (const bad of [
      { ...statement(), extra: 1 },
      { ...statement(), predicateType: 'x' },
      { ...statement(), subject: [] },
      { ...statement(), predicate: { ...predicate, extra: 1 } },
      { ...statement(), predicate: { ...predicate, recordId: undefined } },
      { ...statement(), predicate: { ...predicate, [time]: 'yesterday' } },
    ])
      expect(validate(JSON.parse(JSON.stringify(bad)))).toBe(false);
  });
});

test('the schema of disclosures takes those of an incident, and no others', () => {
  const validate = validator('disclosures.json');
  const { disclosures } = buildIncidentV2Statement(sampleRecord('north-clinic', 1), numberedSalts(), sha256);
  expect(disclosures.length).toBeGreaterThan(2);
  expect(validate(disclosures)).toBe(true);
  for (const bad of [[['00', '/host', 'x']], [[disclosures[0]![0], '/host']], [[...disclosures[0]!, 1]]])
    expect(validate(bad)).toBe(false);
});

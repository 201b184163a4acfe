import { buildStatement, incidentStatementSchema, readStatement } from './bundle.ts';
import { decodeUtf8, encodeUtf8 } from './bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import { sha256 } from './node/hasher.ts';
import { sampleRecord } from './testing/sample-evidence.ts';

const record = sampleRecord('north-clinic', 1);
const text = decodeUtf8(buildStatement(record, sha256)) ?? '';
const statement = incidentStatementSchema.parse(JSON.parse(text));

describe('an incident statement', () => {
  it('is canonical JSON of an in-toto statement whose subject is the story', () => {
    expect(text).toBe(canonicalJson(JSON.parse(text)));
    expect(statement.subject).toEqual([
      { name: record.story.id, digest: { sha256: sha256(canonicalJson(record.story)) } },
    ]);
    expect(canonicalJson(statement.predicate)).toBe(canonicalJson(record));
  });

  it('is the same bytes whatever order the record was put together in, and leaves out what is undefined', () => {
    const reversed = Object.fromEntries(Object.entries({ ...record, historyDigest: undefined }).reverse());
    expect(decodeUtf8(buildStatement(reversed as unknown as typeof record, sha256))).toBe(text);
  });

  it('reads back', () => {
    expect(readStatement(encodeUtf8(text), sha256)).toEqual({ ok: true, statement });
  });

  const changed = (change: (copy: typeof statement) => void) => {
    const copy = structuredClone(statement);
    change(copy);
    return canonicalJson(copy);
  };
  it.each([
    ['no JSON', '{', 'bundle_malformed'],
    ['JSON that is not canonical', ` ${text}`, 'bundle_malformed'],
    ['an unknown member', canonicalJson({ ...statement, extra: 1 }), 'bundle_malformed'],
    ['another predicate type', canonicalJson({ ...statement, predicateType: 'x' }), 'bundle_malformed'],
    [
      'a story of another host',
      changed(({ predicate }) => (predicate.story.host = 'other')),
      'bundle_malformed',
    ],
    ['a changed story', changed(({ predicate }) => (predicate.story['title'] = 'x')), 'subject_mismatch'],
    ['another subject name', changed(({ subject }) => (subject[0].name = 'x')), 'subject_mismatch'],
  ])('is refused as %s', (_, payload, code) => {
    expect(readStatement(encodeUtf8(payload), sha256)).toMatchObject({ ok: false, code });
  });

  it('is refused where the bytes are not UTF-8', () => {
    expect(readStatement(Uint8Array.of(0xff), sha256)).toMatchObject({ ok: false, code: 'bundle_malformed' });
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../node/hasher.ts';
import { incidentDeclaration } from '../statements/incident-v2.ts';
import { factsDigest } from '../statements/scan-v1.ts';
import { sampleRecord } from '../testing/sample-evidence.ts';
import { numberedSalts } from '../testing/sample-statements.ts';
import { commitFields } from './commit-fields.ts';
import { commitmentOf, type Disclosure } from './commitment.ts';
import type { Declaration } from './declaration.ts';
import { findHidden } from './hidden-places.ts';
import { fitsPattern } from './json-pointer.ts';
import { openPredicate } from './open-predicate.ts';
import { verifyDisclosures } from './verify-disclosures.ts';
import { withhold } from './withhold.ts';

const declaration: Declaration = {
  names: ['/host', '/story/**/host', '/story/**/actor/name'],
  whole: ['/story/**/facts/*'],
  plain: ['/site', '/story/**/check'],
};
const commit = (value: unknown, seed?: string) =>
  commitFields(value, declaration, numberedSalts(seed), sha256);
const judge = (predicate: unknown, disclosures: unknown) =>
  verifyDisclosures({ predicate }, disclosures, sha256);

const sample = {
  site: 'north',
  host: 'ehr-1',
  story: {
    host: 'ehr-1',
    check: 'linux.ehr-1',
    latest: { facts: { owner: 'anna', ports: ['22'] }, message: 'ehr-1 answers, ehr-10 does not.' },
    decisions: [{ actor: { name: 'Anna Stone' } }, { actor: { name: 'Anna Stone' } }],
    events: ['Anna Stone approved.', 'Seen from 10.0.0.7.', 'EHR-1 restarted', 'a ⟦bracket⟧'],
  },
};

/** Text that is likely to hold names, brackets, pointers and reserved words. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed()),
  fc.constantFrom('ehr-1', 'EHR-1', 'Anna', '⟦/host⟧', '$commitment', '10.0.0.7', '/host', '~1'),
  fc.string().map((value) => `before ehr-1 ${value}`),
);
const { tree: anything } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(text, fc.constantFrom('host', 'facts', 'actor', 'name', 'check', '$same', '__proto__')),
      tie('tree'),
      { maxKeys: 4 },
    ),
  ),
}));
const predicates = fc
  .record({ host: fc.constantFrom('ehr-1', 'a', 'x.y', '$', 'host'), story: anything })
  .map((value) => JSON.parse(JSON.stringify(value)) as { host: string; story: unknown });

describe('committing fields', () => {
  it('hides names where they stand, in text and in whatever case, and what is declared as a whole', () => {
    const { committed, disclosures } = commit(sample);
    expect(committed).toMatchObject({
      site: 'north',
      host: { $commitment: expect.any(String) as string },
      story: {
        host: { $same: '/host' },
        check: 'linux.ehr-1',
        latest: {
          facts: { owner: { $commitment: expect.any(String) as string } },
          message: '⟦/host⟧ answers, ehr-10 does not.',
        },
        decisions: [{}, { actor: { name: { $same: '/story/decisions/0/actor/name' } } }],
        events: [
          '⟦/story/decisions/0/actor/name⟧ approved.',
          { $commitment: expect.any(String) as string },
          { $commitment: expect.any(String) as string },
          { $commitment: expect.any(String) as string },
        ],
      },
    });
    expect(disclosures.map(([, path]) => path)).toHaveLength(7);
  });

  it('gives everything back to who has all disclosures, whatever was committed', () => {
    fc.assert(
      fc.property(predicates, (value) => {
        const { committed, disclosures } = commit(value);
        const verdict = judge(committed, JSON.parse(JSON.stringify(disclosures)));
        expect(verdict).toMatchObject({ ok: true, withheld: [], problems: [] });
        expect(canonicalJson(openPredicate(committed, verdict.disclosed))).toBe(canonicalJson(value));
      }),
      { numRuns: 300 },
    );
  });

  it('verifies with any disclosures kept back, and shows exactly the others', () => {
    fc.assert(
      fc.property(predicates, fc.infiniteStream(fc.boolean()), (value, coins) => {
        const { committed, disclosures } = commit(value);
        const shown = disclosures.filter(() => coins.next().value);
        const verdict = judge(committed, shown);
        expect(verdict.ok).toBe(true);
        expect([...verdict.disclosed.keys()].sort()).toEqual(shown.map(([, path]) => path).sort());
        expect(verdict.withheld.length + shown.length).toBe(disclosures.length);
      }),
    );
  });

  it('leaves no word of a name outside what is declared plain', () => {
    fc.assert(
      fc.property(anything, (story) => {
        const json = JSON.parse(JSON.stringify({ host: 'ehr-1', story })) as { host: string; story: unknown };
        const { committed } = commit(json);
        const strings: string[] = [];
        JSON.stringify(committed, (key, node: unknown) => {
          if (typeof node === 'string' && key !== 'check' && key !== '$same') strings.push(node);
          return key === 'check' ? undefined : node;
        });
        for (const found of strings)
          expect(found.replaceAll(/⟦[^⟧]*⟧/gu, '')).not.toMatch(/(?<![\p{L}\p{N}])ehr-1(?![\p{L}\p{N}])/iu);
      }),
      { numRuns: 300 },
    );
  });

  it('uses a new salt for every commitment, and refuses one of another length', () => {
    const { disclosures } = commit(sample);
    expect(new Set(disclosures.map(([salt]) => salt)).size).toBe(disclosures.length);
    for (const [salt] of disclosures) expect(salt).toMatch(/^[0-9a-f]{32}$/);
    expect(() => commitFields(sample, declaration, () => new Uint8Array(15), sha256)).toThrow(RangeError);
    const other = commit(sample, 'other').committed as { host: unknown };
    expect(other.host).not.toEqual((commit(sample).committed as { host: unknown }).host);
  });

  it('commits as the format says: the line of the domain, and salt, place and value as canonical JSON', () => {
    const disclosure: Disclosure = ['000102030405060708090a0b0c0d0e0f', '/host', 'ehr-1'];
    const text = 'malachor.dev/evidence/disclosure/v1\n["000102030405060708090a0b0c0d0e0f","/host","ehr-1"]';
    expect(commitmentOf(disclosure, sha256)).toEqual({ $commitment: sha256(text) });
  });

  it('hides an incident so that its host is nowhere, and gives the very record back', () => {
    const record = sampleRecord('north-clinic', 1);
    const { committed, disclosures } = commitFields(record, incidentDeclaration, numberedSalts(), sha256);
    expect(canonicalJson(committed)).not.toContain(record.host);
    const { disclosed } = judge(committed, disclosures);
    expect(canonicalJson(openPredicate(committed, disclosed))).toBe(canonicalJson(record));
  });
});

describe('a disclosure', () => {
  const { committed, disclosures } = commit(sample);
  const swapped = ([salt, , value]: Disclosure, [, path]: Disclosure): Disclosure => [salt, path, value];
  const [host, owner] = [disclosures[0]!, disclosures[1]!];

  it.each<[string, unknown, string]>([
    ['with another value', [[host[0], host[1], 'ehr-2']], 'disclosure_changed'],
    ['with another salt', [['0'.repeat(32), host[1], host[2]]], 'disclosure_changed'],
    ['at another hidden place', [swapped(host, owner)], 'disclosure_misplaced'],
    ['at a place where nothing is hidden', [[host[0], '/story/nothing', 'ehr-2']], 'disclosure_unplaced'],
    ['given twice', [host, host], 'disclosure_repeated'],
    ['given for one place with two values', [host, [host[0], host[1], 'ehr-2']], 'disclosure_repeated'],
    ['in upper case', [[host[0].toUpperCase(), host[1], host[2]]], 'disclosure_malformed'],
    ['of two members', [[host[0], host[1]]], 'disclosure_malformed'],
    ['of four members', [[...host, 1]], 'disclosure_malformed'],
    ['that is an object', [{ 0: host[0], 1: host[1], 2: host[2], length: 3 }], 'disclosure_malformed'],
    ['in no list', { 0: host }, 'disclosure_malformed'],
  ])('%s is named', (_, given, code) => {
    const verdict = judge(committed, given);
    expect(verdict.ok).toBe(false);
    expect(verdict.problems.map((problem) => problem.code)).toEqual([code]);
    expect([...verdict.disclosed.values()]).not.toContain('ehr-2');
  });

  it('says where a misplaced one belongs', () => {
    const { problems } = judge(committed, [swapped(host, owner)]);
    expect(problems[0]).toMatchObject({ index: 0, path: owner[1] });
    expect(problems[0]?.message).toContain(host[1]);
  });

  it('of another record, or of the same at another time, opens nothing', () => {
    const again = commit(sample, 'other').disclosures;
    expect(judge(committed, again).disclosed.size).toBe(0);
    expect(judge(committed, again).problems).toHaveLength(again.length);
  });

  it('with any one character of it changed opens nothing', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 33, max: 126 }), (which, where, code) => {
        const list = JSON.parse(JSON.stringify(disclosures)) as [string, string, unknown][];
        const chosen = list[which % list.length]!;
        const changed = Array.from(JSON.stringify(chosen));
        changed[where % changed.length] = String.fromCharCode(code);
        let forged: unknown;
        try {
          forged = JSON.parse(changed.join(''));
        } catch {
          return;
        }
        fc.pre(canonicalJson(forged) !== canonicalJson(chosen));
        const verdict = judge(committed, [forged]);
        expect(verdict.ok).toBe(false);
        expect(verdict.disclosed.size).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('never makes the verifier throw, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (predicate, given) => {
        const verdict = judge(predicate, given);
        expect(verdict.ok).toBe(Array.isArray(given) && given.length === 0 && verdict.problems.length === 0);
      }),
    );
  });

  it('whose value looks like a commitment or a reference is shown as it is, not opened again', () => {
    const tricky = { host: 'ehr-1', story: { facts: { a: { $same: '/host' }, b: '⟦/host⟧' } } };
    const { committed: hidden, disclosures: all } = commit(tricky);
    expect(openPredicate(hidden, judge(hidden, all).disclosed)).toEqual(tricky);
  });
});

describe('a signed predicate', () => {
  const digest = sha256('x');
  it.each([
    ['a commitment with a member more', { a: { $commitment: digest, b: 1 } }],
    ['a commitment that is no hash', { a: { $commitment: 'x' } }],
    ['the same commitment at two places', { a: { $commitment: digest }, b: { $commitment: digest } }],
    ['a reference to nothing', { a: { $same: '/b' } }],
    ['a reference to what is not hidden', { a: { $same: '/b' }, b: 1 }],
    ['text that refers to nothing', { a: '⟦/b⟧' }],
    ['a bracket of its own', { a: 'x ⟧ y' }],
  ])('is refused with %s', (_, predicate) => {
    expect(findHidden(predicate).ok).toBe(false);
    expect(judge(predicate, [])).toMatchObject({ ok: false, problems: [{ code: 'commitments_malformed' }] });
  });
});

describe('keeping back', () => {
  it('a name keeps back every value that holds it, in whatever case, and nothing else', () => {
    const value = {
      host: 'ehr-1',
      story: { facts: { fqdn: 'EHR-1.local', port: '22' }, decisions: [{ actor: { name: 'Anna' } }] },
    };
    const { committed, disclosures } = commit(value);
    const shown = withhold(disclosures, (path) => path === '/host', declaration);
    expect(shown.map(([, path]) => path)).toEqual(['/story/decisions/0/actor/name', '/story/facts/port']);
    expect(judge(committed, shown)).toMatchObject({ ok: true, withheld: ['/host', '/story/facts/fqdn'] });
  });

  it('a value that is no name keeps back nothing else', () => {
    const { disclosures } = commit({ host: 'north', story: { facts: { a: 'no' } } });
    const shown = withhold(disclosures, (path) => path === '/story/facts/a', declaration);
    expect(shown.map(([, , value]) => value)).toEqual(['north']);
  });
});

it('patterns fit one level with one star and any number with two', () => {
  expect(fitsPattern('/story/**/host', '/story/host')).toBe(true);
  expect(fitsPattern('/story/**/host', '/story/a/0/host')).toBe(true);
  expect(fitsPattern('/story/**/host', '/story/host/a')).toBe(false);
  expect(fitsPattern('/a/*/b', '/a/b')).toBe(false);
  expect(fitsPattern('/a/*/b', '/a/x~1y/b')).toBe(true);
});

test('the vectors of the format document are what this computes', () => {
  const document = readFileSync(join(import.meta.dirname, '../../docs/evidence/format.md'), 'utf8');
  const salt = '000102030405060708090a0b0c0d0e0f';
  expect(document).toContain(`\`${commitmentOf([salt, '/host', 'ehr-1'], sha256).$commitment}\``);
  const facts = factsDigest(salt, 'linux.ssh.root_login', { permit_root_login: 'no' }, sha256);
  expect(document).toContain(`\`${facts}\``);
});

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A claim and what proves it, as docs/claims.md says. */
interface Claim {
  id: string;
  proofs: string[];
}

function read(file: string): string {
  return readFileSync(path.resolve(file), 'utf8');
}

/** The claims of a document: sections headed by an id, with a list of proofs. */
function claimsIn(document: string): Claim[] {
  return document
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      id: section.split('\n')[0]?.trim() ?? '',
      proofs: section.split('\n').filter((line) => line.startsWith('- ')),
    }));
}

/** Bullets of the README's section on what can be relied on, each with the claims it links to. */
function linesIn(readme: string): { line: string; ids: string[] }[] {
  const section = readme.split('## What you can rely on')[1]?.split(/^## /m)[0] ?? '';
  return section
    .split(/^- /m)
    .slice(1)
    .map((line) => ({
      line: line.trim(),
      ids: [...line.matchAll(/\(docs\/claims\.md#([a-z0-9-]+)\)/g)].map((match) => match[1] ?? ''),
    }));
}

/** What is wrong between claims and proofs; `exists` tells whether a file holds a text. */
function shortcomings(
  readme: string,
  document: string,
  holds: (file: string, text: string) => boolean,
): string[] {
  const claims = claimsIn(document);
  const lines = linesIn(readme);
  const found: string[] = [];
  for (const { line, ids } of lines) {
    if (ids.length === 0) found.push(`claim without proof: ${line}`);
    for (const id of ids) if (!claims.some((claim) => claim.id === id)) found.push(`no section ${id}`);
  }
  for (const { id, proofs } of claims) {
    if (!lines.some(({ ids }) => ids.includes(id))) found.push(`${id} is claimed nowhere`);
    if (proofs.length === 0) found.push(`${id} has no proof`);
    for (const proof of proofs) {
      const test = /^- test `([^`]+)`: (.+)$/.exec(proof);
      const bench = /^- bench `([^`]+)`$/.exec(proof);
      const isThere = test
        ? holds(test[1] ?? '', test[2] ?? '')
        : bench !== null && holds(`bench/${bench[1] ?? ''}.ts`, '');
      if (!isThere) found.push(`${id}: not there: ${proof}`);
    }
  }
  return found;
}

const inTree = (file: string, text: string) => existsSync(file) && read(file).includes(text);

test('every claim of the README has a proof that is there', () => {
  const readme = read('README.md');
  expect(linesIn(readme).length).toBeGreaterThan(10);
  expect(shortcomings(readme, read('docs/claims.md'), inTree)).toEqual([]);
});

test('a claim without proof, a proof that is not there and a claim nobody makes are found', () => {
  const readme = `# X\n\n## What you can rely on\n\n- It never fails.\n- It is [fast](docs/claims.md#fast).\n\n## Next\n`;
  const document = `# Claims\n\n## fast\n\n- bench \`no-such-bench\`\n\n## idle\n\n- test \`a.test.ts\`: b\n`;
  expect(shortcomings(readme, document, inTree)).toEqual([
    'claim without proof: It never fails.',
    'fast: not there: - bench `no-such-bench`',
    'idle is claimed nowhere',
    'idle: not there: - test `a.test.ts`: b',
  ]);
});

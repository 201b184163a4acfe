import type { IForbiddenRuleType } from 'dependency-cruiser';

/**
 * Who may import whom, as in docs/architecture.md. A folder may import itself, what its row names, and packages.
 * `type` rows may be imported for their types only.
 */
export const folders = {
  contracts: { value: [], type: [] },
  evidence: { value: ['contracts'], type: [] },
  domain: { value: ['contracts', 'evidence'], type: [] },
  catalog: { value: ['contracts', 'domain', 'evidence'], type: [] },
  reports: { value: ['contracts', 'domain', 'evidence'], type: [] },
  temporal: { value: ['contracts'], type: [] },
  persistence: { value: ['contracts', 'domain', 'evidence'], type: ['activities'] },
  objects: { value: ['contracts', 'domain', 'evidence'], type: [] },
  workflows: { value: ['contracts', 'domain'], type: ['activities'] },
  activities: { value: ['contracts', 'domain', 'evidence'], type: ['workflows', 'objects'] },
  appliance: { value: ['contracts', 'domain', 'evidence', 'temporal', 'catalog'], type: [] },
  api: {
    value: ['contracts', 'domain', 'evidence', 'temporal', 'persistence', 'catalog'],
    type: ['workflows'],
  },
  workers: {
    value: ['contracts', 'domain', 'evidence', 'temporal', 'catalog', 'persistence', 'objects', 'activities'],
    type: ['workflows'],
  },
  drills: {
    value: ['contracts', 'domain', 'evidence', 'catalog', 'appliance', 'stack'],
    type: [],
  },
  stack: {
    value: ['contracts', 'temporal', 'persistence', 'objects', 'catalog', 'evidence', 'domain'],
    type: [],
  },
} satisfies Record<string, { value: string[]; type: string[] }>;

/** Packages that only these folders may import. */
const soleImporters: Record<string, string[]> = {
  typeorm: ['persistence'],
  pg: ['persistence'],
  ssh2: ['appliance', 'stack'],
  'better-sqlite3': ['appliance', 'stack'],
  express: ['api'],
  '@anthropic-ai/sdk': ['activities'],
  pdfkit: ['reports'],
  '@aws-sdk/client-s3': ['objects'],
};

const test = '\\.test\\.ts$|^test/|^bench/';

/** The rules as dependency-cruiser takes them. */
export function importRules(): IForbiddenRuleType[] {
  const ours = [...Object.keys(folders), 'cli', 'bench', 'test'];
  const layers = Object.entries(folders).flatMap(([folder, { value, type }]): IForbiddenRuleType[] => [
    {
      name: `${folder}-imports-only-what-it-may`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: test },
      to: { path: `^(?:${ours.join('|')})/`, pathNot: `^(?:${[folder, ...value, ...type].join('|')})/` },
    },
    ...type.map((target): IForbiddenRuleType => ({
      name: `${folder}-imports-${target}-as-types-only`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: test },
      to: { path: `^${target}/`, dependencyTypesNot: ['type-only'] },
    })),
  ]);
  const packages = Object.entries(soleImporters).map(([name, importers]): IForbiddenRuleType => ({
    name: `only-${importers.join('-and-')}-import-${name.replaceAll(/[@/]/g, '')}`,
    severity: 'error',
    from: { pathNot: `^(?:${importers.join('|')})/|${test}|^node_modules/` },
    to: { path: `^node_modules/(?:@types/)?${name}/` },
  }));
  return [
    ...layers,
    ...packages,
    {
      name: 'nobody-imports-workers-or-cli',
      severity: 'error',
      from: { pathNot: `^(?:workers|cli)/|${test}` },
      to: { path: '^(?:workers|cli)/' },
    },
    {
      name: 'pure-folders-do-no-input-or-output',
      severity: 'error',
      from: { path: '^(?:contracts|domain|evidence|workflows)/', pathNot: `^evidence/node/|${test}` },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ];
}

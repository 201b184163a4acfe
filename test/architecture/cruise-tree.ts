import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { importRules } from './import-rules.ts';

/**
 * Prints the breaches of the import rules under a directory as one JSON list of `rule: from -> to`. A program of its
 * own, because the library is an ES module and Jest runs CommonJS.
 * Arguments: the directory, then the places in it to read.
 */
const [root, ...places] = process.argv.slice(2);
if (root === undefined || places.length === 0) throw new Error('usage: cruise-tree ROOT PLACE...');

const result = await cruise(
  places,
  {
    ruleSet: { forbidden: importRules() },
    validate: true,
    baseDir: root,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '__generated__' },
  },
  {},
  { tsConfig: extractTSConfig(`${import.meta.dirname}/../../tsconfig.json`) },
);
const { summary, modules } = result.output as ICruiseResult;
if (modules.length === 0) throw new Error(`nothing was read under ${root}`);
console.log(JSON.stringify(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)));

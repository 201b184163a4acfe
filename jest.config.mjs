/**
 * Two projects: `unit` (no servers, seconds) and `real` (Temporal, Postgres and lab hosts, started once for all files).
 * A file named `*.real.test.ts` needs a real part; every other test file is a unit test.
 */
const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.(t|m?j)s$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!@noble/|@sparticuz/|pkijs/|asn1js/|bytestreamjs/|@peculiar/utils/)',
  ],
  modulePathIgnorePatterns: ['<rootDir>/.data'],
};

export default {
  testTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.real\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'real',
      testMatch: ['<rootDir>/**/*.real.test.ts'],
      globalSetup: '<rootDir>/test/setup/start-parts.ts',
      globalTeardown: '<rootDir>/test/setup/stop-parts.ts',
    },
  ],
};

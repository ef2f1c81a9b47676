/** TypeScript is compiled by swc; types are checked apart, by `npm run typecheck`. */
const swc = [
  '@swc/jest',
  {
    jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2024' },
    module: { type: 'es6' },
  },
];

const common = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    // AssemblyScript: jest never runs it, it only asks what there is to cover.
    '<rootDir>/assembly/.+\\.ts$': '<rootDir>/test/support/coverage/jest-transformer.js',
    '^.+\\.ts$': swc,
  },
  modulePathIgnorePatterns: ['<rootDir>/build/'],
};

export default {
  coverageProvider: 'babel',
  coverageDirectory: 'build/coverage',
  coverageReporters: ['text', 'json-summary', 'lcov'],
  collectCoverageFrom: ['assembly/**/*.ts'],
  coverageThreshold: { './assembly/': { lines: 95, branches: 95 } },
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.mount\\.test\\.ts$'],
      globalSetup: '<rootDir>/test/support/global-setup.js',
      setupFilesAfterEnv: ['<rootDir>/test/support/coverage/setup.ts'],
    },
    {
      ...common,
      // Real mounts: run one after the other in a private mount namespace, by `npm run jest:mounts`.
      displayName: 'mounts',
      testMatch: ['<rootDir>/test/**/*.mount.test.ts'],
    },
  ],
};

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
  transform: { '^.+\\.ts$': swc },
  modulePathIgnorePatterns: ['<rootDir>/build/'],
};

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.mount\\.test\\.ts$'],
    },
    {
      ...common,
      // Real mounts: run one after the other in a private mount namespace, by `npm run jest:mounts`.
      displayName: 'mounts',
      testMatch: ['<rootDir>/test/**/*.mount.test.ts'],
    },
  ],
};

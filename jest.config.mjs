/** One configuration: unit tests beside the code, whatever needs a server in test/. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^#(.*)$': '<rootDir>/libs/$1.ts', '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', { configFile: '.swcrc' }] },
  testMatch: ['<rootDir>/{libs,apps,examples,test}/**/*.spec.ts'],
  testTimeout: 60_000,
};

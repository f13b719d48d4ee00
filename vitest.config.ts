import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import type { Reporter } from 'vitest/node';

const packages = fileURLToPath(new URL('./packages/', import.meta.url));
const service = fileURLToPath(new URL('./apps/service/src/index.ts', import.meta.url));

const never = [...configDefaults.exclude, '**/dist/**', 'data/**', 'runs/**'];
/** Tests that replace a module for a file's tests alone. */
const mocking = ['**/*.mocked.test.ts'];

/** Ends a run with a line of counts, for readers that are programs. What fails outside a test counts too. */
const counts: Reporter = {
  onTestRunEnd(modules, errors) {
    const tests = modules.flatMap(({ children }) => [...children.allTests()]);
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    const outside = suites.flatMap((suite) => suite.errors()).length + errors.length;
    console.log(`${count('passed')} passed, ${count('failed') + outside} failed`);
  },
};

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  // Tests run on the sources: a failing line is a line of the file that you edit.
  resolve: {
    alias: [
      { find: '@fluxion/service', replacement: service },
      { find: /^@fluxion\/([a-z]+)$/, replacement: `${packages}$1/src/index.ts` },
    ],
  },
  test: {
    // Loading the packages for each file would take longer than most of the tests in it.
    projects: [
      {
        extends: true,
        test: { name: 'shared', isolate: false, include: ['**/*.test.ts'], exclude: mocking },
      },
      { extends: true, test: { name: 'isolated', include: mocking } },
    ],
    exclude: never,
    setupFiles: fileURLToPath(new URL('./test/setup.ts', import.meta.url)),
    expect: { requireAssertions: true },
    // Unless told otherwise Vitest leaves one core to itself, which of two is half.
    maxWorkers: availableParallelism(),
    reporters: ['default', counts],
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});

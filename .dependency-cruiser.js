// Imports point only down: what each package may import of the others.
/** @type {Record<string, string[]>} */
const mayImport = {
  tensor: [],
  terminal: [],
  report: ['graph', 'tensor', 'terminal'],
  graph: ['tensor'],
  layers: ['graph', 'tensor'],
  loss: ['graph', 'tensor'],
  optim: ['graph', 'tensor'],
  metrics: ['tensor'],
  data: ['tensor'],
  duckdb: ['data', 'tensor'],
  images: ['data', 'tensor'],
  checkpoint: ['graph', 'tensor'],
  onnx: ['checkpoint', 'data', 'graph', 'layers', 'tensor'],
  mpi: ['checkpoint', 'data', 'graph', 'metrics', 'optim', 'pipeline', 'tensor'],
  pipeline: ['checkpoint', 'data', 'graph', 'layers', 'loss', 'metrics', 'optim', 'tensor'],
};

const tests = '([.]test[.]ts$|^packages/[^/]+/(src/testing|test)/)';
const sources = '^(packages|apps)/[^/]+/src/';

/** @satisfies {import('dependency-cruiser').IConfiguration} */
// biome-ignore lint/style/noDefaultExport: dependency-cruiser reads its configuration from the default export
export default {
  forbidden: [
    ...Object.entries(mayImport).map(([name, below]) => ({
      name: `${name}-imports-down`,
      comment: `packages/${name} may import ${below.join(', ') || 'no other package'}`,
      severity: 'error',
      from: { path: `^packages/${name}/`, pathNot: tests },
      to: { path: '^(packages|apps|tools|test)/', pathNot: `^packages/(${[name, ...below].join('|')})/` },
    })),
    {
      name: 'known-package',
      comment: 'A new package is put in the table above',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(${Object.keys(mayImport).join('|')})/` },
      to: {},
    },
    {
      name: 'no-reach-inside',
      comment: 'Another package is imported through its index.ts, not by a file of its inside',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: {
        path: '^(packages|apps)/',
        pathNot: [
          '^$1/$2/',
          '^(packages/[^/]+|apps/service)/src/index[.]ts$',
          '^apps/cli/dist/index[.]js$',
          '^apps/quickstart/dist/mnistArrow[.]js$',
        ],
      },
    },
    {
      name: 'no-reach-inside-packages',
      severity: 'error',
      from: { path: '^(test|tools)/' },
      to: { path: '^packages/', pathNot: '^packages/[^/]+/src/index[.]ts$' },
    },
    {
      name: 'no-cycle',
      comment: 'Modules do not import each other, not even types',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-dev-dependency-in-sources',
      severity: 'error',
      from: { path: sources, pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'no-test-in-sources',
      severity: 'error',
      from: { pathNot: tests },
      to: { path: tests },
    },
    {
      name: 'declared',
      comment: 'What is imported stands in the package.json of the package that imports it',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules|^(packages|apps)/[^/]+/dist/' },
    combinedDependencies: true,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default'], exportsFields: ['exports'] },
  },
};

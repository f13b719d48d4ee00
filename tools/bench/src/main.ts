import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchFiles, benchFiles, isPresent } from './benchFiles.js';
import { contenders } from './contenders.js';
import { measure } from './measure.js';
import { median } from './median.js';
import { type Cell, table } from './table.js';
import { type Workload, workloads } from './workload.js';

const RUNS = 5;
const OURS = 'fluxion wasm';

/** Which contenders have something to say on a workload: an order, always the same. */
function lineUp({ sizes, batchSize }: Workload): readonly string[] {
  const single = batchSize === 1;
  return [
    ...Object.keys(contenders).filter(
      (name) => !(single && name.startsWith('fluxion blas')) && !(name === 'ConvNetJS' && !single),
    ),
    'PyTorch, 1 thread',
    ...(single ? [] : ['PyTorch, 2 threads']),
    ...(single && sizes[0] === 784 ? ['native limit'] : []),
  ];
}

const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
try {
  const only = process.argv[2];
  const cells: Cell[] = [];
  const files = new Map<Workload['data'], BenchFiles>();
  for (const workload of workloads) {
    if (only !== undefined && !workload.name.includes(only)) continue;
    if (!isPresent(workload.data)) {
      console.log(
        `${workload.name}: left out, its data is not on this machine (apt-get install dataset-fashion-mnist)`,
      );
      continue;
    }
    const data = files.get(workload.data) ?? (await benchFiles(workload.data, folder));
    files.set(workload.data, data);
    for (const contender of lineUp(workload)) {
      const result = await measure({ contender, workload, files: data, runs: RUNS }, folder);
      cells.push({ contender, workload, result });
      const said =
        'leftOut' in result
          ? `left out: ${result.leftOut}`
          : `${Math.round(median(result.examplesPerSecond)).toLocaleString('en')} examples/s  (${result.version})`;
      console.log(`${workload.name}  ${contender}: ${said}`);
    }
  }
  const versions = new Set(cells.flatMap(({ result }) => ('leftOut' in result ? [] : [result.version])));
  const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`;
  const page = `# Benchmarks

Written by \`pnpm bench\`. ${machine}. Medians of ${RUNS} runs of about a second after warm-up, one process at a time, one
thread unless named; float32, relu, softmax cross-entropy, SGD. In brackets: how many times as fast \`${OURS}\` is, from the
Arrow file through the stream of operators, in the same run.

${table(cells, OURS)}

${[...versions].map((version) => `- ${version}`).join('\n')}
`;
  console.log(`\n${page}`);
  if (only === undefined)
    await writeFile(fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url)), page);
} finally {
  await rm(folder, { recursive: true });
}

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { benchCheckpoint } from './checkpoint/benchCheckpoint.js';
import { benchKernels } from './kernels/benchKernels.js';
import { benchMpi } from './mpi/benchMpi.js';
import { benchNetworks } from './networks/benchNetworks.js';
import { thisMachine } from './pages/thisMachine.js';
import { benchService } from './service/benchService.js';
import { benchSingle } from './single/benchSingle.js';
import { benchMemory } from './sources/benchMemory.js';
import { benchSources } from './sources/benchSources.js';
import { benchTables } from './tables/benchTables.js';
import { benchText } from './text/benchText.js';
import { benchTraining } from './training/benchTraining.js';

// bench [NAME-PART]           training, beside other libraries
// bench single [NAME-PART]   SGD after each example, beside the step in C and PyTorch by hand
// bench kernels [NAME-PART]   each kernel, beside BLAS
// bench networks [NAME-PART]  networks of layers, beside other libraries
// bench data [GIGABYTES]      each source of rows, and the memory that training on large files takes; 3 by default
// bench checkpoint            what saving a training costs it
// bench text                  logistic regression on hashed texts
// bench service [short|memory] predictions while it learns, and the memory of a million events
// bench mpi [short]          several ranks on this machine: an allreduce beside C, training, averaging, and a cost model
// bench tables [NAME-PART]    the command's accuracy on tables, beside scikit-learn's
// A page is written when all of it was measured.
const [first = '', second = ''] = process.argv.slice(2);
const tables: Readonly<Record<string, () => Promise<string>>> = {
  text: benchText,
  checkpoint: benchCheckpoint,
};
const pages: Readonly<Record<string, (part: string) => Promise<string> | string>> = {
  data: async (gigabytes) => dataPage(await benchSources(), await benchMemory(Number(gigabytes || 3))),
  kernels: benchKernels,
  mpi: benchMpi,
  networks: benchNetworks,
  service: benchService,
  single: benchSingle,
  tables: benchTables,
};
try {
  const table = Object.hasOwn(tables, first) ? tables[first] : undefined;
  const measure = Object.hasOwn(pages, first) ? pages[first] : undefined;
  const part = measure ? second : first;
  const page = await (table?.() ?? measure?.(part) ?? benchTraining(part));
  console.log(`\n${page}`);
  if (part === '' && !table) {
    const file = `docs/benchmarks${measure ? `-${first}` : ''}.md`;
    await writeFile(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), page);
    console.log(`written: ${file}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** The page about sources of rows. */
function dataPage(sources: string, memory: string): string {
  return `# Sources of rows

Written by \`npm run bench data\` on: ${thisMachine()}.

${sources}

Training a linear model on large files, as they are stored and shuffled, each in a process with a heap of 256 MB:

${memory}
`;
}

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listCheckpoints } from '@fluxion/checkpoint';
import { arrowFile } from '@fluxion/data';
import { linear, sequential, tanh } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { adam, type Optimizer, sgd } from '@fluxion/optim';
import { checkpoint, examples, train } from '@fluxion/pipeline';
import { take } from 'rxjs';
import { benchFiles } from '../contenders/benchFiles.js';
import { median } from '../measuring/median.js';
import { processorSeconds } from '../measuring/processorSeconds.js';
import { markdownTable } from '../pages/markdownTable.js';
import { thisMachine } from '../pages/thisMachine.js';

/** Examples of a stretch, and how many stretches there are with a checkpoint, each beside one without. */
const STRETCH = 2000;
const PAIRS = 30;
/** Seconds between two checkpoints of a training that saves often. */
const INTERVAL = 10;

interface Job {
  readonly name: string;
  readonly optimizer: Optimizer;
  readonly batchSize: number;
}

/**
 * What a checkpoint costs: 784-500-10 learns from digits, and every other stretch of examples has a checkpoint. The difference
 * between two neighbours in the time that processors were at work, copying, hashing and writing beside the training, is its cost.
 */
export async function benchCheckpoint(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    const { arrow } = await benchFiles('mnist', folder);
    const rows: string[][] = [];
    for (const job of [
      { name: 'SGD, one example at a time', optimizer: sgd({ learningRate: 0.01 }), batchSize: 1 },
      { name: 'Adam, minibatches of 20', optimizer: adam(), batchSize: 20 },
    ]) {
      rows.push(await costOf(job, arrow, join(folder, job.optimizer.kind)));
    }
    const headings = [
      '784-500-10',
      'MB',
      'ms of a processor',
      'of ms a stretch',
      `share at one every ${INTERVAL} s`,
    ];
    return `${markdownTable(headings, rows)}\n\n${thisMachine()}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function costOf(
  { name, optimizer, batchSize }: Job,
  arrow: string,
  directory: string,
): Promise<string[]> {
  const model = sequential([linear(500), tanh(), linear(10)], { inputShape: [784], seed: 1 });
  const source = arrowFile(arrow);
  const read = { input: 'image', target: 'digit', epochs: 1000, shuffle: true, batchSize };
  const run = { model, optimizer, source, examples: read };
  const saving = checkpoint(directory, run, { every: { examples: 2 * STRETCH } });
  const marks: number[] = [];
  let count = 0;
  await examples(source, read)
    .pipe(
      train(model, { loss: softmaxCrossEntropy(), optimizer }),
      take(((2 * PAIRS + 2) * STRETCH) / batchSize),
      saving,
    )
    .forEach(({ size }) => {
      count += size;
      if (count % STRETCH === 0) marks.push(processorSeconds());
    });
  // The first two stretches warm up; then the odd ones begin with a checkpoint.
  const stretches = marks.slice(2).map((mark, i) => 1000 * (mark - (marks[i + 1] as number)));
  const pairs = Array.from(
    { length: PAIRS },
    (_, i) => [stretches[2 * i], stretches[2 * i + 1]] as [number, number],
  );
  const cost = median(pairs.map(([saved, plain]) => saved - plain));
  const [newest = ''] = await listCheckpoints(directory);
  const sizes = await Promise.all(
    (await readdir(newest)).map(async (file) => (await stat(join(newest, file))).size),
  );
  return [
    name,
    (sizes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(1),
    cost.toFixed(1),
    median(pairs.map(([, plain]) => plain)).toFixed(0),
    `${((100 * cost) / (1000 * INTERVAL)).toFixed(2)} %`,
  ];
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listCheckpoints, openSafetensors } from '@fluxion/checkpoint';
import { type Examples, fitEncoder, onlineEncoder, openByName, standardize } from '@fluxion/data';
import { parquetFile, writeParquet } from '@fluxion/duckdb';
import type { FlowGraph } from '@fluxion/graph';
import { dropout, linear, relu, sequential, tanh } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { accuracy } from '@fluxion/metrics';
import { adam, type Optimizer, optimizerState, sgd } from '@fluxion/optim';
import {
  checkpoint,
  encode,
  examples,
  type Log,
  logEvents,
  meanLoss,
  prequential,
  train,
  validate,
} from '@fluxion/pipeline';
import { elements, OptionError, type Savable, type Saved, type Tensor } from '@fluxion/tensor';
import { Table as ArrowTable, type RecordBatch, type Table, tableFromArrays, tableToIPC } from 'apache-arrow';
import { type Observable, take } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../scratchFolder.js';

const [ROWS, BLOCK, BATCH, EPOCHS, VALIDATION] = [60, 10, 5, 2, 3];
/** Steps of an epoch, and of all. */
const EPOCH = ROWS / BATCH;
const ALL = EPOCHS * EPOCH;

const rows = Array.from({ length: ROWS }, (_, i) => ({
  x: Math.sin(i),
  y: Math.cos(3 * i),
  kind: Math.sin(i) > Math.cos(3 * i) ? 'over' : 'under',
}));

let folder: string;
beforeAll(async () => {
  folder = scratchFolder('fluxion-edges-');
  const table = tableFromArrays({
    x: Float64Array.from(rows, ({ x }) => x),
    y: Float64Array.from(rows, ({ y }) => y),
    kind: rows.map(({ kind }) => kind),
  });
  await writeFile(join(folder, 'points.arrow'), tableToIPC(inBlocks(table), 'file'));
  const lines = rows.map(({ x, y, kind }) => `${x},${y},${kind}\n`);
  await writeFile(join(folder, 'points.csv'), `x,y,kind\n${lines.join('')}`);
  await writeFile(join(folder, 'points.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeParquet(join(folder, 'points.parquet'), openByName(join(folder, 'points.csv')));
});
afterAll(() => rm(folder, { recursive: true }));

function inBlocks(table: Table): Table {
  const [whole] = table.batches;
  const starts = Array.from({ length: ROWS / BLOCK }, (_, i) => i * BLOCK);
  return new ArrowTable(starts.map((start) => (whole as RecordBatch).slice(start, start + BLOCK)));
}

/** What a run is made of: new each time, as in a new process. */
interface Program {
  readonly model: FlowGraph;
  readonly optimizer: Optimizer;
  readonly parts: Readonly<Record<string, Savable>>;
  /** Goes on from the last checkpoint, for so many steps. */
  live(steps: number): Promise<void>;
}

const loss = softmaxCrossEntropy();

function program(
  directory: string,
  model: FlowGraph,
  optimizer: Optimizer,
  run: Partial<Parameters<typeof checkpoint>[1]>,
  parts: Readonly<Record<string, Savable>>,
  stream: (from: Parameters<typeof examples>[1]['from']) => Observable<Examples>,
  validation?: ReturnType<typeof validate>,
): Program {
  const progress = prequential({ accuracy: accuracy() }, { window: 20 });
  const all = { ...parts, progress, ...(validation && { validation }) };
  const saving = checkpoint(
    directory,
    { ...run, model, optimizer, parts: all },
    // The end of a life is saved all the same.
    { every: { examples: 1000 }, keep: 1 },
  );
  return {
    model,
    optimizer,
    parts: all,
    async live(steps) {
      const from = await saving.resume();
      const learning = train(model, { loss, optimizer, prequential: progress });
      const taken = stream(from).pipe(learning, take(steps));
      await (validation ? taken.pipe(validation, saving) : taken.pipe(saving)).forEach(() => {});
    },
  };
}

/** Trains on a file. */
async function onFile(directory: string, name: string, isMixed: boolean): Promise<Program> {
  const source = openByName(join(folder, name), { parquet: parquetFile });
  const encoder = await fitEncoder(source, { target: 'kind' });
  const model = sequential([linear(6), relu(), dropout(0.2), linear(2)], { encoder, seed: 1 });
  const optimizer = isMixed ? adam({ learningRate: 0.01 }) : sgd({ learningRate: 0.05, momentum: 0.9 });
  const shuffle = isMixed ? { window: 16, run: 4 } : false;
  const read = { encoder, epochs: EPOCHS, batchSize: BATCH, seed: 3, shuffle, online: !isMixed };
  // From a file that is quick to open, as that is done at each validation.
  const held = examples(openByName(join(folder, 'points.arrow')), {
    encoder,
    rows: (row) => row % 7 === 0,
    batchSize: 4,
  });
  const validation = validate(model, held, { loss: meanLoss(loss) }, { every: VALIDATION });
  const stream: Parameters<typeof program>[5] = (from) => examples(source, { ...read, from });
  return program(directory, model, optimizer, { source, examples: read }, {}, stream, validation);
}

/** Learns from a log. */
async function onLog(directory: string): Promise<Program> {
  const log: Log = {
    name: 'points',
    async *open(after, signal) {
      const first = Number(after.get('0') ?? -1) + 1;
      for (let i = first; i < rows.length; i += BLOCK) {
        yield rows.slice(i, i + BLOCK).map((row, j) => {
          return { partition: '0', offset: String(i + j), value: Buffer.from(JSON.stringify(row)) };
        });
      }
      if (!signal.aborted) await once(signal, 'abort');
    },
  };
  const encoder = onlineEncoder({
    columns: { x: standardize(), y: standardize() },
    target: { kind: ['over', 'under'] },
  });
  const model = sequential([linear(6), relu(), dropout(0.2), linear(2)], { encoder, seed: 1 });
  const events = logEvents(log);
  const encoding = encode(encoder, { online: true });
  const stream = () => events.pipe(encoding);
  return program(directory, model, adam({ learningRate: 0.01 }), {}, { events, encoding }, stream);
}

const DEFERRED = 50;
/** Learns single examples by kernels that let the updates of its large weight wait. */
async function onLargeWeights(directory: string, kernels: 'wasm' | 'blas'): Promise<Program> {
  const source = openByName(join(folder, 'points.csv'));
  const encoder = await fitEncoder(source, { target: 'kind' });
  const layers = [linear(512), tanh(), linear(512), tanh(), linear(2)];
  const model = sequential(layers, { encoder, seed: 1, kernels });
  const read = { encoder, shuffle: true, seed: 3 };
  const stream: Parameters<typeof program>[5] = (from) => examples(source, { ...read, from });
  const optimizer = sgd({ learningRate: 0.01, momentum: 0.9 });
  return program(directory, model, optimizer, { source, examples: read }, {}, stream);
}

/** What there is in the end, the numbers of each tensor by their hash. */
function bitsOf({ model, optimizer, parts }: Program): unknown {
  const hashOf = (values: Tensor): string =>
    createHash('sha256')
      .update(Float64Array.from(elements(values)))
      .digest('hex');
  const hashes = ({ options, tensors }: Saved): unknown => [
    options,
    [...tensors].map(([name, value]) => [name, hashOf(value)]),
  ];
  const weights = [...model.parameters, ...model.states].map((cell) => [
    cell.name,
    hashOf(model.valueOf(cell)),
  ]);
  const states = [optimizerState(optimizer, model), ...Object.values(parts)].map((part) =>
    hashes(part.save()),
  );
  return { weights, encoder: model.encoder && hashes(model.encoder.save()), states };
}

/** Where a run is stopped: after so many steps of a life, each of which goes on from the one before. */
type Stops = readonly [string, readonly number[]];

const edges: readonly Stops[] = [
  ['before the first step', [0]],
  ['within a block', [1]],
  ['between two blocks', [BLOCK / BATCH]],
  ['after a validation', [VALIDATION]],
  ['between two validations', [VALIDATION + 1]],
  ['between two epochs', [EPOCH]],
  ['twice in a row', [EPOCH + 1, 0]],
  ['after some minibatches in a row', [1, 1, 1]],
  ['after the last step', [ALL]],
];

/** For formats whose rows another run is made of too. */
const everywhere: readonly Stops[] = [
  ['at each of these places in turn', [0, 1, 1, 1, 1, EPOCH - 4, 1, 0, ALL - EPOCH - 1]],
];

const runs: readonly (readonly [string, readonly Stops[], (directory: string) => Promise<Program>])[] = [
  ['Arrow, stored order, momentum, online encoder', edges, (at) => onFile(at, 'points.arrow', false)],
  ['Arrow, shuffled, Adam', edges, (at) => onFile(at, 'points.arrow', true)],
  ['CSV, shuffled, Adam', everywhere, (at) => onFile(at, 'points.csv', true)],
  [
    'JSON lines, stored order, momentum, online encoder',
    everywhere,
    (at) => onFile(at, 'points.jsonl', false),
  ],
  ['Parquet, shuffled, Adam', everywhere, (at) => onFile(at, 'points.parquet', true)],
  ['a log, Adam, online encoder', edges, onLog],
];

describe.each(runs)('a run that is stopped and goes on: %s', (name, stops, begin) => {
  let straight: unknown;
  const steps = begin === onLog ? ROWS : ALL;
  beforeAll(async () => {
    const whole = await begin(join(folder, `${name} straight`));
    await whole.live(steps);
    straight = bitsOf(whole);
  });

  it.each(stops)('%s', async (edge, lives) => {
    const directory = join(folder, `${name} ${edge}`);
    let left = steps;
    for (const life of lives) {
      await (await begin(directory)).live(life);
      left -= life;
    }
    const last = await begin(directory);
    await last.live(left);
    expect(bitsOf(last)).toEqual(straight);
  });
});

describe('a run that is stopped while updates wait', () => {
  it.each(['wasm', 'blas'] as const)('goes on bit for bit with %s', async (kernels) => {
    const lives = async (directory: string, ...steps: readonly number[]): Promise<Program> => {
      let last = await onLargeWeights(directory, kernels);
      for (const [i, count] of steps.entries()) {
        if (i > 0) last = await onLargeWeights(directory, kernels);
        await last.live(count);
      }
      return last;
    };
    const directory = join(folder, kernels);
    try {
      await onLargeWeights(directory, kernels);
    } catch (error) {
      expect(error).toBeInstanceOf(OptionError);
      return console.log(`left out: ${kernels} kernels (${(error as Error).message})`);
    }
    const straight = bitsOf(await lives(`${directory} straight`, DEFERRED));
    await lives(directory, 20);
    const [newest = ''] = await listCheckpoints(directory);
    const saved = await openSafetensors(join(newest, 'training.safetensors'));
    expect([...saved.entries.keys()].filter((name) => name.includes('.deferred.'))).not.toEqual([]);
    await saved.close();
    expect(bitsOf(await lives(directory, 21, DEFERRED - 41))).toEqual(straight);
  });
});

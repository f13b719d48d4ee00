import { Encoder, type Examples } from '@fluxion/data';
import { type FlowGraph, inputOptions, type Losses, type Objective, objective } from '@fluxion/graph';
import {
  elements,
  type Floats,
  type Labels,
  labels,
  permutation,
  random,
  StateError,
  sameShape,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { type Observable, takeWhile } from 'rxjs';

/** What the importance of columns is measured with. */
export interface ImportanceOptions {
  readonly loss: Losses;
  /** Most examples that are looked at, the first ones. Default 1000, or fewer where an example has more than 2¹⁴ numbers. */
  readonly maxExamples?: number;
  /** Seed of the order in which values are exchanged, an integer in [0, 2³²). Default 0. */
  readonly seed?: number;
}

/** Numbers that are held, at most. */
const MAX_NUMBERS = 2 ** 24;

/** A minibatch that is kept: its place among all, and copies of its targets. */
interface Batch {
  readonly from: number;
  readonly size: number;
  readonly targets: Readonly<Record<string, Tensor | Labels>>;
}

/**
 * How much each column matters to a model with an encoder: what exchanging its values among the examples, at random, adds to
 * their mean loss. About 0 where the model does without the column; columns that say the same share what they matter.
 *
 * @param source examples that were not learned from, in minibatches
 * @returns by column, those that matter most first
 * @throws {StateError} when the model has no encoder, or the encoder more than one input; whatever source and loss throw.
 * @see Breiman, "Random forests", Machine Learning 45, 2001, section 10.
 * @example
 * const held = examples(source, { ...options, batchSize: 256 });
 * const [first] = await permutationImportance(model, held, { loss: softmaxCrossEntropy() });
 */
export async function permutationImportance(
  model: FlowGraph,
  source: Observable<Examples>,
  { loss, maxExamples = 1000, seed = 0 }: ImportanceOptions,
): Promise<{ readonly column: string; readonly increase: number }[]> {
  const { encoder } = model;
  const [input, ...others] = Object.entries(encoder?.inputs ?? {});
  const columns = encoder instanceof Encoder ? encoder.columns : [];
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const { shape = [], indices } = input === undefined ? {} : inputOptions(input[1]);
  if (input === undefined || others.length > 0 || indices !== undefined || !sameShape(shape, [width])) {
    throw new StateError(
      'permutationImportance model: expected a model whose encoder makes one input of all columns, got another; build it with { encoder }, as fitEncoder makes one',
    );
  }
  const [name] = input;
  const limit = Math.max(1, Math.min(maxExamples, Math.floor(MAX_NUMBERS / width)));
  const chunks: Floats[] = [];
  const batches: Batch[] = [];
  let count = 0;
  await source
    .pipe(takeWhile(({ size }) => count + size < limit, true))
    .forEach(({ inputs, targets, size }) => {
      chunks.push(elements(inputs[name] as Tensor).slice());
      batches.push({ from: count, size, targets: copies(targets) });
      count += size;
    });

  const values = new Float64Array(count * width);
  let filled = 0;
  for (const chunk of chunks) {
    values.set(chunk, filled);
    filled += chunk.length;
  }
  const target = objective(model, loss);
  const meanLoss = (): number => {
    const sum = batches.reduce((sum, batch) => sum + batch.size * lossOf(batch), 0);
    return sum / count;
  };
  const lossOf = ({ from, size, targets }: Batch): number =>
    batchLoss(
      model,
      target,
      { [name]: tensor(values.slice(from * width, (from + size) * width), [size, width]) },
      targets,
    );

  const before = meanLoss();
  let start = 0;
  const importance = columns.map(({ column, width: own }) => {
    const order = permutation(random(seed, column), count);
    const kept = values.slice();
    order.forEach((other, row) => {
      values.set(kept.subarray(other * width + start, other * width + start + own), row * width + start);
    });
    const increase = meanLoss() - before;
    values.set(kept);
    start += own;
    return { column, increase };
  });
  return importance.sort((a, b) => b.increase - a.increase);
}

function batchLoss(
  model: FlowGraph,
  target: Objective,
  inputs: Readonly<Record<string, Tensor>>,
  targets: Batch['targets'],
): number {
  const tape = model.fprop(inputs, { mode: 'predict' });
  try {
    return tape.loss(target, targets);
  } finally {
    tape.release();
  }
}

function copies(targets: Examples['targets']): Batch['targets'] {
  return Object.fromEntries(
    Object.entries(targets).map(([name, values]) => [
      name,
      values.data instanceof Int32Array
        ? labels(elements(values as Labels).slice())
        : tensor(elements(values as Tensor).slice(), values.shape),
    ]),
  );
}

import { Encoder, type Examples, type InputPlaces } from '@fluxion/data';
import {
  expectModel,
  type FlowGraph,
  inputOptions,
  type Losses,
  type Objective,
  objective,
} from '@fluxion/graph';
import {
  elements,
  expectObject,
  type Floats,
  type Labels,
  labels,
  permutation,
  random,
  type Shape,
  StateError,
  sizeOf,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { takeWhile } from 'rxjs';
import { type ExamplesInput, examplesOf } from './examplesOf.js';

/** What the importance of columns is measured with. */
export interface ImportanceOptions {
  readonly loss: Losses;
  /** Where the numbers of each column are. Default: where the model's encoder has them. */
  readonly columns?: Readonly<Record<string, readonly InputPlaces[]>> | undefined;
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

/** The numbers of an input, of all examples that are kept. */
interface KeptInput {
  readonly shape: Shape;
  readonly width: number;
  readonly values: Floats | Int32Array;
}

/**
 * How much each column matters to a model: what exchanging its values among the examples, at random, adds to
 * their mean loss. About 0 where the model does without the column; columns that say the same share what they matter.
 *
 * @param source examples that were not learned from, in minibatches; or rows, of which the model's encoder makes them
 * @returns by column, those that matter most first
 * @throws {OptionError} when rows are given, {StateError} when no columns are, and the model has no encoder; whatever source and loss throw.
 * @see Breiman, "Random forests", Machine Learning 45, 2001, section 10.
 * @example
 * const held = examples(source, { ...options, batchSize: 256 });
 * const [first] = await permutationImportance(model, held, { loss: softmaxCrossEntropy() });
 */
export async function permutationImportance(
  model: FlowGraph,
  source: ExamplesInput,
  options: ImportanceOptions,
): Promise<{ readonly column: string; readonly increase: number }[]> {
  expectModel('permutationImportance', model);
  const stream = examplesOf('permutationImportance', source, model);
  const {
    loss,
    columns = encodedColumns(model),
    maxExamples = 1000,
    seed = 0,
  } = expectObject(
    'permutationImportance',
    options,
    'an object of options',
    ['loss'],
    'give one, as { loss: softmaxCrossEntropy() }',
  );
  const inputs = Object.entries(model.description.inputs).map(([name, input]) => {
    const { shape, indices } = inputOptions(input);
    return { name, shape, isIndices: indices !== undefined, width: sizeOf(shape) };
  });
  const width = inputs.reduce((sum, input) => sum + input.width, 0);
  const limit = Math.max(1, Math.min(maxExamples, Math.floor(MAX_NUMBERS / width)));
  const chunks: ReadonlyMap<string, Floats | Int32Array>[] = [];
  const batches: Batch[] = [];
  let count = 0;
  await stream.pipe(takeWhile(({ size }) => count + size < limit, true)).forEach((examples) => {
    chunks.push(new Map(inputs.map(({ name }) => [name, valuesOf(examples.inputs[name]).slice()])));
    batches.push({ from: count, size: examples.size, targets: copies(examples.targets) });
    count += examples.size;
  });

  const kept = new Map<string, KeptInput>();
  for (const { name, shape, isIndices, width } of inputs) {
    const values = isIndices ? new Int32Array(count * width) : new Float64Array(count * width);
    let filled = 0;
    for (const chunk of chunks) {
      const part = chunk.get(name) ?? [];
      values.set(part, filled);
      filled += part.length;
    }
    kept.set(name, { shape, width, values });
  }
  const target = objective(model, loss);
  const meanLoss = (): number => {
    const sum = batches.reduce((sum, { from, size, targets }) => {
      const own = [...kept].map(([name, input]) => [name, minibatchOf(input, from, size)] as const);
      return sum + size * batchLoss(model, target, Object.fromEntries(own), targets);
    }, 0);
    return sum / count;
  };

  const before = meanLoss();
  const importance = Object.entries(columns).map(([column, places]) => {
    const order = permutation(random(seed, column), count);
    const restored = places.map((place) => exchange(kept.get(place.input) as KeptInput, place, order));
    const increase = meanLoss() - before;
    for (const restore of restored) restore();
    return { column, increase };
  });
  return importance.sort((a, b) => b.increase - a.increase);
}

function encodedColumns({ encoder }: FlowGraph): NonNullable<ImportanceOptions['columns']> {
  if (encoder instanceof Encoder) {
    return Object.fromEntries(encoder.columns.map(({ column }) => [column, encoder.placesOf(column)]));
  }
  throw new StateError(
    'permutationImportance model: expected a model with an encoder, got one without; build it with { encoder }, as fitEncoder makes one, or give columns',
  );
}

/** Gives each example another's numbers at these places of an input; what is answered gives it its own again. */
function exchange(
  { values, width }: KeptInput,
  { from, width: own }: InputPlaces,
  order: ArrayLike<number>,
): () => void {
  const kept = values.slice();
  for (let row = 0; row < order.length; row++) {
    const other = (order[row] as number) * width + from;
    values.set(kept.subarray(other, other + own), row * width + from);
  }
  return () => values.set(kept);
}

function minibatchOf({ shape, width, values }: KeptInput, from: number, size: number): Tensor | Labels {
  const part = values.slice(from * width, (from + size) * width);
  return part instanceof Int32Array ? labels(part, [size, ...shape]) : tensor(part, [size, ...shape]);
}

function valuesOf(input: Tensor | Labels | undefined): Floats | Int32Array {
  if (input === undefined) return new Float64Array(0);
  return input.data instanceof Int32Array ? elements(input as Labels) : elements(input as Tensor);
}

function batchLoss(
  model: FlowGraph,
  target: Objective,
  inputs: Readonly<Record<string, Tensor | Labels>>,
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

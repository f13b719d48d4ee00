import { type Examples, type ExamplesOptions, openExamples, type Source } from '@fluxion/data';
import { elements, type Labels, labels, type Shape, type Tensor, tensor } from '@fluxion/tensor';

/** The examples of a small table, encoded, in memory. */
export interface HeldExamples {
  readonly size: number;
  /** The first number, or label, of the first target of each. */
  readonly firstTargets: ArrayLike<number>;
  /** Those with these numbers, in this order. Each minibatch is new. */
  minibatches(numbers: Int32Array, batchSize: number): Iterable<Examples>;
}

/** An input, a target or the weights of all examples, one after the other. */
interface HeldTensor {
  readonly blocks: (Tensor | Labels)['data'][];
  /** Of one example. */
  shape: Shape;
  isIndices: boolean;
}

/**
 * Reads a table once and keeps its examples.
 *
 * @throws {DataError} on a row that cannot be used.
 */
export async function holdExamples(
  source: Source,
  options: ExamplesOptions,
  signal: AbortSignal,
): Promise<HeldExamples> {
  const inputs = new Map<string, HeldTensor>();
  const targets = new Map<string, HeldTensor>();
  const weights = new Map<string, HeldTensor>();
  let size = 0;
  const reader = await openExamples(source, { ...options, batchSize: 256 }, signal);
  try {
    while (await reader.advance()) {
      for (let next = reader.next(); next !== undefined; next = reader.next()) {
        keep(inputs, next.inputs);
        keep(targets, next.targets);
        if (next.weights !== undefined) keep(weights, { weights: next.weights });
        size += next.size;
      }
    }
  } finally {
    await reader.close();
  }
  const takes = [inputs, targets, weights].map((kept) =>
    [...kept].map(([name, held]) => [name, taker(held, size)] as const),
  );
  const [firstTarget] = targets.values();
  return {
    size,
    firstTargets: firstTarget === undefined ? new Float32Array(size) : firstOfEach(firstTarget, size),
    *minibatches(numbers, batchSize) {
      for (let from = 0; from < numbers.length; from += batchSize) {
        const some = numbers.subarray(from, from + batchSize);
        const [input = {}, target = {}, weight = {}] = takes.map((parts) =>
          Object.fromEntries(parts.map(([name, take]) => [name, take(some)])),
        );
        yield {
          size: some.length,
          inputs: input,
          targets: target,
          ...('weights' in weight && { weights: weight.weights as Tensor }),
        };
      }
    },
  };
}

function keep(kept: Map<string, HeldTensor>, lent: Readonly<Record<string, Tensor | Labels>>): void {
  for (const [name, view] of Object.entries(lent)) {
    const data = elements(view);
    let held = kept.get(name);
    if (held === undefined) {
      held = { blocks: [], shape: view.shape.slice(1), isIndices: data instanceof Int32Array };
      kept.set(name, held);
    }
    held.blocks.push(data.slice());
  }
}

function joined({ blocks, isIndices }: HeldTensor): Int32Array | Float32Array {
  const length = blocks.reduce((sum, block) => sum + block.length, 0);
  const all = isIndices ? new Int32Array(length) : new Float32Array(length);
  let end = 0;
  for (const block of blocks) {
    all.set(block, end);
    end += block.length;
  }
  return all;
}

function firstOfEach(held: HeldTensor, size: number): ArrayLike<number> {
  const all = joined(held);
  return Float32Array.from({ length: size }, (_, i) => all[(i * all.length) / size] as number);
}

/** Gathers examples by their numbers. */
function taker(held: HeldTensor, size: number): (numbers: Int32Array) => Tensor | Labels {
  const { shape, isIndices } = held;
  const all = joined(held);
  const width = all.length / size;
  return (numbers) => {
    const out = isIndices ? new Int32Array(numbers.length * width) : new Float32Array(numbers.length * width);
    for (const [i, number] of numbers.entries()) {
      out.set(all.subarray(number * width, (number + 1) * width), i * width);
    }
    const whole = [numbers.length, ...shape];
    return out instanceof Int32Array ? labels(out, whole) : tensor(out, whole);
  };
}

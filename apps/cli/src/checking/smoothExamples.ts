import type { CheckedExamples, FlowGraph, Loss } from '@fluxion/graph';
import { type Labels, labels, OptionError, random, sizeOf, type Tensor, tensor } from '@fluxion/tensor';

/** What examples are drawn for a check. */
export interface SmoothExamplesOptions {
  readonly loss: Loss;
  readonly count: number;
  readonly seed: number;
  /** Inputs are 0 or 1, or anything from −1 to 1. */
  readonly inputs: 'binary' | 'uniform';
  /** How near to a kink is too near. */
  readonly margin: number;
}

/** Draws in vain, one after another, after which there is no hope. */
const PATIENCE = 1000;

/**
 * Random examples at which the loss is smooth: none brings the input of a relu nearer to its kink than the margin, where
 * a central difference would see both slopes at once.
 *
 * @throws {OptionError} when such examples are not found, as where a layer of relus is dead.
 */
export function smoothExamples(model: FlowGraph, options: SmoothExamplesOptions): CheckedExamples {
  const { count, seed, margin } = options;
  const uniform = random(seed, 'inputs to check gradients on').uniform;
  let drawn = 0;
  const draw =
    options.inputs === 'binary'
      ? (): number => (uniform(drawn++) < 0.5 ? 0 : 1)
      : (): number => 2 * uniform(drawn++) - 1;

  const shapes = Object.entries(model.inputs);
  const found: number[][][] = [];
  for (let failures = 0; found.length < count; ) {
    const candidate = shapes.map(([, shape]) => Array.from({ length: sizeOf(shape) }, draw));
    const one = shapes.map(
      ([name, shape], i) => [name, tensor(candidate[i] as number[], [1, ...shape])] as const,
    );
    if (distanceToKink(model, Object.fromEntries(one)) > margin) found.push(candidate);
    else if (++failures === PATIENCE) {
      throw new OptionError(
        `gradient check: expected examples at which every relu is at least ${margin} from its kink, ${PATIENCE} random ones were not; try another seed or a smaller epsilon`,
      );
    }
  }
  const inputs = shapes.map(([name, shape], i) => [
    name,
    tensor(
      found.flatMap((example) => example[i] as number[]),
      [count, ...shape],
    ),
  ]);
  return { inputs: Object.fromEntries(inputs), targets: { target: targetsFor(model, options) } };
}

/** Smallest distance of a relu's input from 0. */
function distanceToKink(model: FlowGraph, inputs: Readonly<Record<string, Tensor>>): number {
  const tape = model.fprop(inputs);
  let distance = Number.POSITIVE_INFINITY;
  for (const { description } of model.boxes) {
    if (description.kind !== 'relu') continue;
    for (const value of tape.value(description.children[0] as string).data) {
      distance = Math.min(distance, Math.abs(value));
    }
  }
  tape.release();
  return distance;
}

function targetsFor(model: FlowGraph, { loss, count, seed }: SmoothExamplesOptions): Tensor | Labels {
  const numbers = random(seed, 'targets to check gradients on');
  const { shape } = model.box(model.outputs[0] as string);
  if (loss.targets === 'labels') {
    return labels(Array.from({ length: count }, (_, i) => numbers.integer(i, shape[0] as number)));
  }
  const size = count * sizeOf(shape);
  return tensor(
    Array.from({ length: size }, (_, i) => numbers.uniform(i)),
    [count, ...shape],
  );
}

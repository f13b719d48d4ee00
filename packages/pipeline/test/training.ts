import type { Examples } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { linear, sequential, tanh } from '@fluxion/layers';
import { elements, labels, random, tensor } from '@fluxion/tensor';
import { from, type Observable, toArray } from 'rxjs';

/** Numbers in an example. */
export const inputSize = 3;
/** Classes that the examples are of. */
export const classes = 3;

/** The examples from `first` on of one long list. */
export function minibatch(first: number, size = 1): Examples {
  const features = random(1, 'features');
  const classOf = random(1, 'classes');
  return {
    size,
    inputs: {
      input: tensor(
        Array.from({ length: size * inputSize }, (_, i) => features.uniform(first * inputSize + i) - 0.5),
        [size, inputSize],
      ),
    },
    targets: { target: labels(Array.from({ length: size }, (_, i) => classOf.integer(first + i, classes))) },
    position: { epoch: 0, row: first + size },
  };
}

/** The same model each time. */
export function newModel(options: { maxPasses?: number } = {}): FlowGraph {
  return sequential([linear(4), tanh(), linear(classes)], {
    ...options,
    inputShape: [inputSize],
    seed: 1,
    dtype: 'float64',
  });
}

/** The numbers of each parameter. */
export function values(model: FlowGraph): number[][] {
  return model.parameters.map(({ value }) => [...elements(value)]);
}

/** Largest difference of any parameter of two models. */
export function distance(a: FlowGraph, b: FlowGraph): number {
  const other = values(b).flat();
  return Math.max(
    ...values(a)
      .flat()
      .map((v, i) => Math.abs(v - (other[i] as number))),
  );
}

/** All that a stream sends. */
export async function run<T>(stream: Observable<T>): Promise<T[]> {
  let all: T[] = [];
  await stream.pipe(toArray()).forEach((values) => {
    all = values;
  });
  return all;
}

/** So many minibatches, one after the other. */
export function batches(count: number, size = 1): Observable<Examples> {
  return from(Array.from({ length: count }, (_, k) => minibatch(k * size, size)));
}

import { elements, type Tensor } from '@fluxion/tensor';
import {
  type Examples,
  type ExamplesOptions,
  openExamples,
  type Position,
  type Source,
} from '../src/index.js';

/** A minibatch, copied. */
interface CollectedExamples {
  readonly size: number;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly targets: Readonly<Record<string, readonly number[]>>;
  readonly weights: readonly number[] | undefined;
  readonly number: number | undefined;
  readonly position: Position | undefined;
  readonly borrowed?: boolean;
}

/** Copies what is lent. */
function copyExamples({
  size,
  inputs,
  targets,
  weights,
  number,
  position,
  borrowed,
}: Examples): CollectedExamples {
  const copy = (tensors: Examples['targets']): Record<string, number[]> =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name, [...elements(tensor as Tensor)]]),
    );
  return {
    size,
    inputs: copy(inputs),
    targets: copy(targets),
    weights: weights && [...elements(weights)],
    number,
    position,
    ...(borrowed === true && { borrowed }),
  };
}

/**
 * All minibatches that a source gives.
 *
 * @param each is given each of them before it is copied
 */
export async function collect(
  source: Source,
  options: ExamplesOptions,
  each?: (examples: Examples) => void,
): Promise<CollectedExamples[]> {
  const reader = await openExamples(source, options);
  const all: CollectedExamples[] = [];
  try {
    while (await reader.advance()) {
      for (let examples = reader.next(); examples !== undefined; examples = reader.next()) {
        each?.(examples);
        all.push(copyExamples(examples));
      }
    }
  } finally {
    await reader.close();
  }
  return all;
}

/** The numbers of the input called `input`, of all minibatches in a row. */
export async function inputsOf(source: Source, options: ExamplesOptions): Promise<number[]> {
  return (await collect(source, options)).flatMap(({ inputs }) => inputs.input ?? []);
}

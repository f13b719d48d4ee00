import type { BoxDefinition, BoxDescription, ParameterDescription } from '@fluxion/graph';
import { add, boxes, concat, flatten, linear, multiply, relu, sigmoid, softmax, tanh } from '@fluxion/layers';
import { type Shape, sizeOf } from '@fluxion/tensor';

/** How the suite exercises one kind of box. */
export interface BoxCase {
  readonly box: BoxDescription;
  /** Ways to use it: the shapes of its children, of one example each. */
  readonly uses: readonly (readonly Shape[])[];
  /** The documented shape of its output. */
  outputShape(children: readonly Shape[]): Shape;
  /** Shapes of children that it refuses. */
  readonly refused: readonly (readonly Shape[])[];
}

const elementwiseCase = (box: BoxDescription): BoxCase => ({
  box,
  uses: [[[1]], [[4]], [[2, 3]], [[2, 1, 2]]],
  outputShape: ([input]) => input,
  refused: [],
});

/** A case for every kind in the registry; the suite fails on a kind without one. */
export const boxCases: Readonly<Record<string, BoxCase>> = {
  linear: {
    box: linear(3),
    uses: [[[1]], [[4]]],
    outputShape: () => [3],
    refused: [[[]], [[2, 3]]],
  },
  sigmoid: elementwiseCase(sigmoid()),
  tanh: elementwiseCase(tanh()),
  relu: elementwiseCase(relu()),
  softmax: {
    box: softmax(),
    uses: [[[2]], [[5]]],
    outputShape: ([input]) => input,
    refused: [[[]], [[2, 3]]],
  },
  add: {
    box: add(),
    uses: [
      [[3]],
      [[1], [1]],
      [[4], [4], [4]],
      [
        [2, 3],
        [2, 3],
      ],
    ],
    outputShape: ([first]) => first,
    refused: [
      [[3], [2]],
      [[2, 3], [6]],
      [[3], [3], [1]],
    ],
  },
  multiply: {
    box: multiply(),
    uses: [
      [[1], [1]],
      [[4], [4]],
      [
        [2, 3],
        [2, 3],
      ],
    ],
    outputShape: ([left]) => left,
    refused: [
      [[3], [1]],
      [
        [2, 3],
        [3, 2],
      ],
    ],
  },
  concat: {
    box: concat(),
    uses: [
      [[3]],
      [[1], [1]],
      [[2], [1], [3]],
      [
        [2, 3],
        [2, 1],
      ],
    ],
    outputShape: (children) => [
      ...children[0].slice(0, -1),
      children.reduce((sum, shape) => sum + (shape.at(-1) ?? 0), 0),
    ],
    refused: [
      [
        [2, 3],
        [3, 3],
      ],
      [[2], [1, 2]],
      [[], []],
    ],
  },
  flatten: {
    box: flatten(),
    uses: [[[4]], [[2, 3]], [[2, 1, 2]]],
    outputShape: ([input]) => [sizeOf(input)],
    refused: [],
  },
};

/** The definition of a box in the registry. */
export function definitionOf({ kind }: BoxDescription): BoxDefinition {
  return boxes[kind];
}

/** The parameters that a box has on such children, by name. */
export function parametersOf(
  box: BoxDescription,
  children: readonly Shape[],
): [name: string, parameter: ParameterDescription][] {
  return Object.entries(definitionOf(box).parameters?.(box, children, []) ?? {});
}

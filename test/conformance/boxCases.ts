import type { BoxDefinition, BoxDescription, ParameterDescription } from '@fluxion/graph';
import {
  abs,
  add,
  averagePool1d,
  averagePool2d,
  batchNorm,
  boxes,
  clip,
  concat,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  divide,
  dot,
  dropout,
  elu,
  embedding,
  embeddingBag,
  exp,
  expm1,
  flatten,
  gaussianNoise,
  gelu,
  geluTanh,
  globalAveragePool,
  globalMaxPool,
  groupNorm,
  gru,
  hardSigmoid,
  hardSwish,
  layerNorm,
  leakyRelu,
  learnedPositions,
  linear,
  log,
  log1p,
  lstm,
  matmul,
  maxAxis,
  maxout,
  maxPool1d,
  maxPool2d,
  meanAxis,
  mish,
  multiHeadAttention,
  multiply,
  pad,
  permute,
  prelu,
  randomBrightness,
  randomCrop,
  randomFlip,
  randomRotation,
  relu,
  reshapeTo,
  rmsNorm,
  scale,
  selu,
  sigmoid,
  silu,
  simpleRnn,
  sinusoidalPositions,
  slice,
  softmax,
  softplus,
  softsign,
  sqrt,
  subtract,
  sumAxis,
  tanh,
  upsample2d,
} from '@fluxion/layers';
import { type Shape, sizeOf } from '@fluxion/tensor';

/** How the suite exercises one kind of box. */
export interface BoxCase {
  readonly box: BoxDescription;
  /** Ways to use it: the shapes of its children, of one example each. */
  readonly uses: readonly (readonly Shape[])[];
  /** By the places of its children, how many things the indices of those tell apart that are indices. */
  readonly indices?: readonly (number | undefined)[];
  /** Whether its mode matters: then all is run in train too. */
  readonly hasModes?: boolean;
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

/** A box that moves what is on pictures. */
function pictureCase(box: BoxDescription): BoxCase {
  return {
    box,
    uses: [[[3, 2, 2]], [[4, 4, 1]]],
    hasModes: true,
    outputShape: ([input]) => input,
    refused: [[[4]], [[3, 4]], [[]]],
  };
}

/** A box of two children of one shape, element by element. */
function pairCase(box: BoxDescription): BoxCase {
  return {
    box,
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
  };
}

/** A box that takes windows of a picture together. */
function poolCase(box: BoxDescription): BoxCase {
  return {
    box,
    uses: [[[4, 3, 2]], [[2, 2, 1]]],
    outputShape: ([[height, width, channels]]) => [Math.floor(height / 2), Math.floor(width / 2), channels],
    refused: [[[4]], [[3, 4]], [[]]],
  };
}

/** A box that pools over a sequence, each two steps, with padding `same`. */
function sequencePoolCase(box: BoxDescription): BoxCase {
  return {
    box,
    uses: [[[4, 3]], [[5, 2]], [[1, 1]]],
    outputShape: ([[length, channels]]) => [Math.ceil(length / 2), channels],
    refused: [[[4]], [[2, 3, 4]], [[]]],
  };
}

/** A box that takes all places of a channel together. */
function globalPoolCase(box: BoxDescription): BoxCase {
  return {
    box,
    uses: [[[4]], [[2, 3]], [[2, 3, 2]]],
    outputShape: ([input]) => input.slice(-1),
    refused: [[[]]],
  };
}

/** A box that reads a sequence, of 3 units. */
function recurrentCase(box: BoxDescription & { readonly sequence?: boolean }): BoxCase {
  return {
    box,
    uses: [[[1, 2]], [[4, 3]]],
    outputShape: ([[length]]) => (box.sequence ? [length, 3] : [3]),
    refused: [[[4]], [[2, 3, 4]]],
  };
}

/** A box that takes an axis together. */
function axisCase(box: BoxDescription & { readonly axis: number }): BoxCase {
  return {
    box,
    uses: [[[4]], [[1]], [[2, 3]], [[3, 1, 2]]],
    outputShape: ([input]) => (box.axis === 0 ? input.slice(1) : input.slice(0, -1)),
    refused: [],
  };
}

/** A box that adds positions to a sequence. */
function positionsCase(box: BoxDescription): BoxCase {
  return {
    box,
    uses: [[[1, 2]], [[4, 3]]],
    outputShape: ([input]) => input,
    refused: [[[4]], [[2, 3, 4]], [[]]],
  };
}

/** A box that normalizes features along the last axis. */
function featuresCase(box: BoxDescription): BoxCase {
  return {
    box,
    uses: [[[4]], [[2, 3]], [[2, 1, 3]]],
    outputShape: ([input]) => input,
    refused: [[[]]],
  };
}

/** A case for every kind in the registry; the suite fails on a kind without one. */
export const boxCases: Readonly<Record<string, BoxCase>> = {
  linear: {
    box: linear(3),
    uses: [[[1]], [[4]], [[2, 3]], [[2, 1, 2]]],
    outputShape: ([input]) => [...input.slice(0, -1), 3],
    refused: [[[]]],
  },
  sigmoid: elementwiseCase(sigmoid()),
  tanh: elementwiseCase(tanh()),
  relu: elementwiseCase(relu()),
  leakyRelu: elementwiseCase(leakyRelu({ slope: -0.3 })),
  elu: elementwiseCase(elu({ alpha: 0.7 })),
  selu: elementwiseCase(selu()),
  gelu: elementwiseCase(gelu()),
  geluTanh: elementwiseCase(geluTanh()),
  silu: elementwiseCase(silu()),
  mish: elementwiseCase(mish()),
  softplus: elementwiseCase(softplus()),
  softsign: elementwiseCase(softsign()),
  hardSigmoid: elementwiseCase(hardSigmoid()),
  hardSwish: elementwiseCase(hardSwish()),
  exp: elementwiseCase(exp()),
  expm1: elementwiseCase(expm1()),
  log: elementwiseCase(log()),
  log1p: elementwiseCase(log1p()),
  abs: elementwiseCase(abs()),
  sqrt: elementwiseCase(sqrt()),
  clip: elementwiseCase(clip({ min: 0, max: 30 })),
  prelu: featuresCase(prelu({ slope: -0.4 })),
  softmax: {
    box: softmax(),
    uses: [[[2]], [[5]], [[2, 3]]],
    outputShape: ([input]) => input,
    refused: [[[]]],
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
  subtract: pairCase(subtract()),
  divide: pairCase(divide()),
  scale: elementwiseCase(scale(-2.5)),
  matmul: {
    box: matmul(),
    uses: [
      [
        [2, 3],
        [3, 1],
      ],
      [
        [2, 2, 2],
        [2, 2, 2],
      ],
    ],
    outputShape: ([left, right]) => [...left.slice(0, -1), right.at(-1) ?? 0],
    refused: [
      [[3], [3]],
      [
        [2, 3],
        [2, 3],
      ],
      [
        [2, 2, 3],
        [1, 3, 2],
      ],
    ],
  },
  dot: {
    box: dot(),
    uses: [
      [[1], [1]],
      [[4], [4]],
      [
        [2, 3],
        [2, 3],
      ],
    ],
    outputShape: ([left]) => [...left.slice(0, -1), 1],
    refused: [
      [[3], [1]],
      [[], []],
    ],
  },
  sumAxis: axisCase(sumAxis(0)),
  meanAxis: axisCase(meanAxis(-1)),
  maxAxis: axisCase(maxAxis(0)),
  maxout: {
    box: maxout(2),
    uses: [[[2]], [[6]], [[2, 4]]],
    outputShape: ([input]) => input.with(-1, (input.at(-1) as number) / 2),
    refused: [[[]]],
  },
  pad: {
    box: pad([
      [1, 0],
      [0, 2],
    ]),
    uses: [[[1, 1]], [[3, 2]]],
    outputShape: ([[rows, columns]]) => [rows + 1, columns + 2],
    refused: [],
  },
  reshapeTo: {
    box: reshapeTo([2, 3]),
    uses: [[[6]], [[3, 2]], [[1, 6, 1]]],
    outputShape: () => [2, 3],
    refused: [[[5]], [[3, 3]]],
  },
  permute: {
    box: permute([1, 2, 0]),
    uses: [[[2, 3, 4]], [[1, 1, 2]]],
    outputShape: ([[a, b, c]]) => [b, c, a],
    refused: [],
  },
  slice: {
    box: slice({ start: 1, end: -1, axis: 0 }),
    uses: [[[4]], [[3, 2]], [[5, 1, 2]]],
    outputShape: ([[length, ...rest]]) => [length - 2, ...rest],
    refused: [],
  },
  embedding: {
    box: embedding(3, { initializer: { kind: 'normal', deviation: 1 } }),
    uses: [[[1]], [[4]], [[]], [[2, 3]]],
    indices: [5],
    outputShape: ([input]) => [...input, 3],
    refused: [],
  },
  embeddingBag: {
    box: embeddingBag(3, { initializer: { kind: 'normal', deviation: 1 } }),
    uses: [[[1]], [[4]], [[1], [1]], [[6], [6]]],
    indices: [5],
    outputShape: () => [3],
    refused: [[[2, 2]], [[3], [2]]],
  },
  dropout: { ...elementwiseCase(dropout(0.4)), hasModes: true },
  gaussianNoise: { ...elementwiseCase(gaussianNoise(0.3)), hasModes: true },
  randomBrightness: { ...elementwiseCase(randomBrightness(0.5)), hasModes: true },
  randomCrop: pictureCase(randomCrop(1)),
  randomFlip: pictureCase(randomFlip({ direction: 'both' })),
  randomRotation: pictureCase(randomRotation(40)),
  layerNorm: featuresCase(layerNorm()),
  rmsNorm: featuresCase(rmsNorm()),
  batchNorm: { ...featuresCase(batchNorm()), hasModes: true },
  groupNorm: {
    box: groupNorm(2),
    uses: [[[6]], [[2, 6]], [[2, 3, 2]]],
    outputShape: ([input]) => input,
    refused: [[[]]],
  },
  conv2d: {
    box: conv2d(4, [2, 3], { stride: [1, 2], padding: 1, groups: 2 }),
    uses: [[[3, 4, 2]], [[1, 1, 4]]],
    outputShape: ([[height, width]]) => [height + 1, Math.floor((width - 1) / 2) + 1, 4],
    refused: [[[4]], [[3, 4]], [[]]],
  },
  conv1d: {
    box: conv1d(3, 3, { padding: 'causal', dilation: 2 }),
    uses: [[[1, 2]], [[6, 1]]],
    outputShape: ([[length]]) => [length, 3],
    refused: [[[4]], [[2, 3, 4]]],
  },
  convTranspose2d: {
    box: convTranspose2d(4, [2, 3], { stride: [1, 2], padding: 1, groups: 2, outputPadding: [0, 1] }),
    uses: [[[3, 2, 2]], [[2, 2, 4]]],
    outputShape: ([[height, width]]) => [height - 1, 2 * width, 4],
    refused: [[[4]], [[3, 4]], [[]]],
  },
  convTranspose1d: {
    box: convTranspose1d(3, 3, { padding: 'same', stride: 2, dilation: 2 }),
    uses: [[[1, 2]], [[4, 1]]],
    outputShape: ([[length]]) => [2 * length, 3],
    refused: [[[4]], [[2, 3, 4]]],
  },
  maxPool1d: sequencePoolCase(maxPool1d(3, { stride: 2, padding: 'same' })),
  maxPool2d: poolCase(maxPool2d(2)),
  averagePool1d: sequencePoolCase(averagePool1d(3, { stride: 2, padding: 'same' })),
  averagePool2d: poolCase(averagePool2d(2)),
  globalMaxPool: globalPoolCase(globalMaxPool()),
  globalAveragePool: globalPoolCase(globalAveragePool()),
  upsample2d: {
    box: upsample2d([3, 2], { interpolation: 'bilinear' }),
    uses: [[[1, 1, 2]], [[2, 3, 1]]],
    outputShape: ([[height, width, channels]]) => [3 * height, 2 * width, channels],
    refused: [[[4]], [[3, 4]], [[]]],
  },
  simpleRnn: recurrentCase(simpleRnn(3, { sequence: true })),
  lstm: recurrentCase(lstm(3)),
  gru: recurrentCase(gru(3, { reverse: true })),
  sinusoidalPositions: positionsCase(sinusoidalPositions()),
  learnedPositions: positionsCase(learnedPositions()),
  multiHeadAttention: {
    box: multiHeadAttention(2),
    uses: [
      [[1, 2]],
      [[3, 4]],
      [
        [3, 4],
        [2, 5],
      ],
    ],
    outputShape: ([query]) => query,
    refused: [[[4]], [[2, 3, 4]]],
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
  return Object.entries(definitionOf(box).parameters?.(box, children, [5]) ?? {});
}

import { readFileSync } from 'node:fs';
import {
  type BoxDefinition,
  checkGradients,
  type InputDescription,
  type Loss,
  objective,
} from '@fluxion/graph';
import { apply, graph } from '@fluxion/layers';
import {
  absoluteError,
  binaryCrossEntropy,
  cosineError,
  focalCrossEntropy,
  hinge,
  huber,
  inBatchSoftmax,
  klDivergence,
  negativeLogLikelihood,
  poisson,
  quantileError,
  softmaxCrossEntropy,
  squaredError,
  triplet,
} from '@fluxion/loss';
import { type DType, elements, labels, type Tensor, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Case {
  readonly title: string;
  readonly loss: string;
  readonly options: Readonly<Record<string, number>>;
  readonly output: Values;
  readonly targets: Values;
  readonly mask: readonly number[] | null;
  readonly expected: { readonly loss: number; readonly dOutput: readonly number[] };
}

const factories: Readonly<Record<string, (options: Case['options']) => Loss>> = {
  softmaxCrossEntropy,
  focalCrossEntropy,
  negativeLogLikelihood,
  squaredError,
  binaryCrossEntropy,
  absoluteError,
  huber,
  quantileError,
  hinge,
  poisson,
  klDivergence,
  cosineError,
  inBatchSoftmax,
  triplet,
};

/** What PyTorch computed in float64: see tools/fixtures/losses.py. */
const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('losses.json', import.meta.url), 'utf8'),
);

const tolerances: Readonly<Record<DType, number>> = { float64: 1e-12, float32: 2e-6 };

/** output = input + offset, with one offset for each element of an example; it is told the loss's gradient. */
const offsetBox = (tell: (dOutput: Tensor) => void): BoxDefinition => ({
  children: 1,
  mask: () => 'keeps',
  outputShape: (_, [input]) => input,
  parameters: (_, [shape]) => ({
    offset: { shape, initializer: (values) => void values.fill(0), regularized: false },
  }),
  fprop: ({ kernels, inputs: [input], parameters: { offset }, output }) => [
    kernels.spreadAxis(offset, 0, { tensor: output, beta: 0 }),
    kernels.copy(input, { tensor: output, beta: 1 }),
  ],
  bprop: ({ kernels, dOutput, gradients: { offset } }) => [
    offset && kernels.sumAxis(dOutput, 0, offset.dense()),
    () => tell(dOutput),
  ],
});

function modelOf({ output, mask }: Case, dtype: DType, tell: (dOutput: Tensor) => void = () => {}) {
  const [, ...shape] = output.shape;
  const input: InputDescription = mask === null ? shape : { shape, masked: true };
  return graph(
    { inputs: { x: input }, boxes: { top: apply({ kind: 'offset' }, 'x') }, outputs: ['top'] },
    { dtype, definitions: { offset: offsetBox(tell) } },
  );
}

function examplesOf({ output, targets, mask }: Case, isLabels: boolean) {
  const { shape, values } = targets;
  return {
    inputs: {
      x: tensor(output.values, output.shape),
      ...(mask === null ? {} : { 'x.mask': tensor(mask, output.shape.slice(0, 2)) }),
    },
    targets: { t: isLabels ? labels(values, shape) : tensor(values, shape) },
  };
}

function lossOf({ loss, options }: Case): Loss {
  return factories[loss](options);
}

describe.each(['float64', 'float32'] as const)('PyTorch agrees in %s', (dtype) => {
  it.each(cases)('on the loss $loss $title, and its gradient', (given) => {
    const loss = lossOf(given);
    let dTop: Tensor | undefined;
    const model = modelOf(given, dtype, (dOutput) => {
      dTop = dOutput;
    });
    const { inputs, targets } = examplesOf(given, loss.targets === 'labels');
    const { expected } = given;
    const tape = model.fprop(inputs);
    const backward = tape.bprop(objective(model, loss), targets);
    expect(Math.abs(backward.loss / expected.loss - 1)).toBeLessThan(tolerances[dtype]);
    const largest = Math.max(...expected.dOutput.map(Math.abs));
    const found = dTop === undefined ? [] : [...elements(dTop)];
    expect(found).toHaveLength(expected.dOutput.length);
    for (const [i, value] of expected.dOutput.entries()) {
      expect(Math.abs(found[i] - value)).toBeLessThan(5 * tolerances[dtype] * largest);
    }
    tape.release();
  });
});

it.each(cases)('the gradient of $loss $title is checked', (given) => {
  const loss = lossOf(given);
  const report = checkGradients(modelOf(given, 'float64'), {
    loss,
    examples: examplesOf(given, loss.targets === 'labels'),
  });
  expect(report.worst.relativeError, JSON.stringify(report.worst)).toBeLessThan(1e-7);
});

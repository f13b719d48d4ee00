import { expectShape, type Tensor } from '@fluxion/tensor';
import type { Loss } from '../src/index.js';

/** ½ Σ (output − target)² of each example. */
export const squared: Loss<'values'> = {
  kind: 'squared',
  targets: 'values',
  link: 'identity',
  fprop: ({ kernels, output, targets, losses }) => [
    kernels.pointwiseLoss('squaredError', output, targets, losses),
  ],
  bprop: ({ kernels, output, targets, dOutput, factor }) => [
    kernels.pointwiseLossGradient('squaredError', output, targets, dOutput, factor),
  ],
};

/** −log softmax(output)[label] of each example. */
export const crossEntropy: Loss<'labels'> = {
  kind: 'crossEntropy',
  targets: 'labels',
  link: 'softmax',
  expectOutput: (shape, where) => expectShape(where, ['classes'], shape, 'give it a vector'),
  workspace: (shape) => ({ probabilities: shape }),
  fprop: ({ kernels, output, targets, losses, workspace: { probabilities } }) => [
    kernels.softmaxCrossEntropy(output, targets, probabilities as Tensor, losses),
  ],
  bprop: ({ kernels, targets, workspace: { probabilities }, dOutput, factor }) => [
    kernels.softmaxCrossEntropyGradient(probabilities as Tensor, targets, dOutput, factor),
  ],
};

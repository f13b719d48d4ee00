import ops from 'ndarray-ops';
import type { Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import { loopKernels } from '../loops/loopKernels.js';
import { copy, multiply } from './assign.js';
import { scaleBytes } from './bytes.js';
import { elementwise, elementwiseGradient } from './elementwise.js';
import {
  binaryCrossEntropy,
  binaryCrossEntropyGradient,
  mean,
  negativeLogLikelihood,
  negativeLogLikelihoodGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  squaredError,
  squaredErrorGradient,
} from './losses.js';
import { affine, matmul, sumRows } from './matmul.js';
import { softmax, softmaxGradient } from './softmax.js';
import { adam, penalty, sgd, sgdMomentum, writeGradient } from './updates.js';

/**
 * The kernels as they are written in books: plain loops, both dtypes, any stride. Slow, and the oracle that every other
 * implementation is compared with; gradients are checked on these, in float64.
 */
export function referenceKernels(arena: Arena): Kernels {
  return {
    name: 'reference',
    arena,
    ...loopKernels,
    copy,
    multiply,
    scale: (tensor) => (factor) => ops.mulseq(tensor, factor),
    scaleBytes,
    sumSquares: (tensor) => () => ops.norm2squared(tensor),
    affine,
    matmul,
    sumRows,
    elementwise,
    elementwiseGradient,
    softmax,
    softmaxGradient,
    softmaxCrossEntropy,
    softmaxCrossEntropyGradient,
    negativeLogLikelihood,
    negativeLogLikelihoodGradient,
    binaryCrossEntropy,
    binaryCrossEntropyGradient,
    squaredError,
    squaredErrorGradient,
    mean,
    penalty,
    writeGradient,
    sgd,
    sgdMomentum,
    adam,
  };
}

import type { Arena } from '../arena.js';
import type { Kernels } from '../kernels/kernels.js';
import { loopKernels } from '../loops/loopKernels.js';
import {
  negativeLogLikelihood,
  negativeLogLikelihoodGradient,
  pointwiseLoss,
  pointwiseLossGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
} from './losses.js';
import { elementwise, elementwiseGradient, softmax, softmaxGradient } from './maps.js';
import { copy, mean, mix, multiply, scale, scaleBytes, sumRows, sumSquares } from './moves.js';
import { affine, matmul } from './products.js';
import { penalty, sgd, update, writeGradient } from './updates.js';

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
    scale,
    mix,
    scaleBytes,
    sumRows,
    sumSquares,
    mean,
    affine,
    matmul,
    elementwise,
    elementwiseGradient,
    softmax,
    softmaxGradient,
    pointwiseLoss,
    pointwiseLossGradient,
    softmaxCrossEntropy,
    softmaxCrossEntropyGradient,
    negativeLogLikelihood,
    negativeLogLikelihoodGradient,
    penalty,
    writeGradient,
    sgd,
    update,
  };
}

import type { Kernels, Run, Sink } from '../kernels.js';
import type { Labels, Tensor } from '../tensor.js';
import type { LabelGradientKernel, LossGradientKernel, LossKernel } from './exports.js';
import { contiguous, rows } from './layout.js';
import type { Machine } from './machine.js';

type LossKernels =
  | 'softmaxCrossEntropy'
  | 'softmaxCrossEntropyGradient'
  | 'negativeLogLikelihood'
  | 'negativeLogLikelihoodGradient'
  | 'binaryCrossEntropy'
  | 'binaryCrossEntropyGradient'
  | 'squaredError'
  | 'squaredErrorGradient';

/** Losses of each row and their gradients. */
export function lossKernels({ exports }: Machine): Pick<Kernels, LossKernels> {
  return {
    softmaxCrossEntropy(logits, labels, probabilities, losses) {
      const z = rows('softmaxCrossEntropy logits', logits);
      const p = rows('softmaxCrossEntropy probabilities', probabilities);
      const classes = contiguous('softmaxCrossEntropy labels', labels);
      const to = contiguous('softmaxCrossEntropy losses', losses);
      return () =>
        exports.softmaxCrossEntropy(z.rows, z.columns, z.address, z.row, classes, p.address, p.row, to);
    },

    softmaxCrossEntropyGradient(probabilities, labels, sink, factor) {
      const kernel = exports.softmaxCrossEntropyGradient;
      return labelGradient(kernel, 'softmaxCrossEntropyGradient', probabilities, labels, sink, factor);
    },

    negativeLogLikelihood(probabilities, labels, losses) {
      const p = rows('negativeLogLikelihood probabilities', probabilities);
      const classes = contiguous('negativeLogLikelihood labels', labels);
      const to = contiguous('negativeLogLikelihood losses', losses);
      return () => exports.negativeLogLikelihood(p.rows, p.address, p.row, classes, to);
    },

    negativeLogLikelihoodGradient(probabilities, labels, sink, factor) {
      const kernel = exports.negativeLogLikelihoodGradient;
      return labelGradient(kernel, 'negativeLogLikelihoodGradient', probabilities, labels, sink, factor);
    },

    binaryCrossEntropy(logits, targets, losses) {
      return loss(exports.binaryCrossEntropy, 'binaryCrossEntropy', logits, targets, losses);
    },

    binaryCrossEntropyGradient(logits, targets, sink, factor) {
      const kernel = exports.binaryCrossEntropyGradient;
      return lossGradient(kernel, 'binaryCrossEntropyGradient', logits, targets, sink, factor);
    },

    squaredError(output, targets, losses) {
      return loss(exports.squaredError, 'squaredError', output, targets, losses);
    },

    squaredErrorGradient(output, targets, sink, factor) {
      return lossGradient(
        exports.squaredErrorGradient,
        'squaredErrorGradient',
        output,
        targets,
        sink,
        factor,
      );
    },
  };
}

function loss(kernel: LossKernel, where: string, output: Tensor, targets: Tensor, losses: Tensor): Run {
  const z = rows(`${where} output`, output);
  const t = rows(`${where} targets`, targets);
  const to = contiguous(`${where} losses`, losses);
  return () => kernel(z.rows, z.columns, z.address, z.row, t.address, t.row, to);
}

function lossGradient(
  kernel: LossGradientKernel,
  where: string,
  output: Tensor,
  targets: Tensor,
  { tensor, beta }: Sink,
  factor: number,
): Run {
  const z = rows(`${where} output`, output);
  const t = rows(`${where} targets`, targets);
  const dz = rows(`${where} sink`, tensor);
  return () =>
    kernel(z.rows, z.columns, z.address, z.row, t.address, t.row, dz.address, dz.row, factor, beta);
}

function labelGradient(
  kernel: LabelGradientKernel,
  where: string,
  probabilities: Tensor,
  labels: Labels,
  { tensor, beta }: Sink,
  factor: number,
): Run {
  const p = rows(`${where} probabilities`, probabilities);
  const classes = contiguous(`${where} labels`, labels);
  const dp = rows(`${where} sink`, tensor);
  return () => kernel(p.rows, p.columns, p.address, p.row, classes, dp.address, dp.row, factor, beta);
}

import { find } from '../find.js';
import type { LossKernels } from '../kernels/losses.js';
import type { Run, Sink } from '../kernels/run.js';
import { pointwiseLosses } from '../losses/named.js';
import { numbersOf } from '../numberOption.js';
import { pointwiseLoss, pointwiseLossGradient } from '../reference/losses.js';
import type { Labels, Tensor } from '../tensor.js';
import type { WasmExports } from './exports.js';
import { contiguous, rows } from './layout.js';
import type { Machine } from './machine.js';

/** Losses of each row and their gradients. */
export function lossKernels({ exports }: Machine): LossKernels {
  return {
    pointwiseLoss(wanted, output, targets, losses, options = {}) {
      const { name, found } = find('loss', pointwiseLosses, wanted);
      if (name === undefined) return pointwiseLoss(found, output, targets, losses, options);
      const numbers = Object.values(numbersOf(name, found.options ?? {}, options));
      const z = rows(`${name} output`, output);
      const t = rows(`${name} targets`, targets);
      const to = contiguous(`${name} losses`, losses);
      const kernel = exports[name] as LossKernel;
      if (numbers.length === 0) {
        return () => kernel(z.rows, z.columns, z.address, z.row, t.address, t.row, to);
      }
      return () => kernel(z.rows, z.columns, z.address, z.row, t.address, t.row, to, ...numbers);
    },

    pointwiseLossGradient(wanted, output, targets, sink, factor, options = {}) {
      const { name, found } = find('loss', pointwiseLosses, wanted);
      if (name === undefined) return pointwiseLossGradient(found, output, targets, sink, factor, options);
      const numbers = Object.values(numbersOf(name, found.options ?? {}, options));
      const z = rows(`gradient of ${name}, output`, output);
      const t = rows(`gradient of ${name}, targets`, targets);
      const dz = rows(`gradient of ${name}, sink`, sink.tensor);
      const { beta } = sink;
      const kernel = exports[`${name}Gradient`] as LossGradientKernel;
      const { address: to, row } = dz;
      if (numbers.length === 0) {
        return () => kernel(z.rows, z.columns, z.address, z.row, t.address, t.row, to, row, factor, beta);
      }
      return () =>
        kernel(z.rows, z.columns, z.address, z.row, t.address, t.row, to, row, factor, beta, ...numbers);
    },

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
  };
}

/** A loss of the table with the options that it has. */
type LossKernel = (...args: [...Parameters<WasmExports['squaredError']>, ...options: number[]]) => void;
type LossGradientKernel = (
  ...args: [...Parameters<WasmExports['squaredErrorGradient']>, ...options: number[]]
) => void;

function labelGradient(
  kernel: WasmExports['softmaxCrossEntropyGradient'],
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

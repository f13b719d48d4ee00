import type { Loss } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import { lossOfRows } from './lossOfRows.js';

/**
 * One minus the cosine of the angle between output and target: l = 1 − f(x)·t / (‖f(x)‖ ‖t‖), from 0 to 2; the lengths do not
 * matter. A product of lengths below 1e-8 counts as 1e-8.
 *
 * Shapes   output and targets [batch, units], losses [batch]; of sequences [batch, length, units], the mean over the steps
 * bprop    dOutput = (cos · f(x) / ‖f(x)‖² − t / (‖f(x)‖ ‖t‖)) / batch
 *
 * @throws {ShapeError} when an example of the output is neither a vector nor a sequence of vectors.
 * @see Salton, Wong, Yang, "A vector space model for automatic indexing", Communications of the ACM 18, 1975.
 * @example
 * const loss = cosineError();
 */
export function cosineError(): Loss<'values'> {
  return loss;
}

// One object, so that the same loss is the same objective.
const loss = lossOfRows<'values'>({
  kind: 'cosineError',
  targets: 'values',
  link: 'identity',
  fix: 'put flatten() at the end of the graph',
  workspace: () => ({ towards: [], along: [], share: [] }),
  value: ({ kernels, output, targets, workspace }, losses) => [
    kernels.cosineErrors(output, targets, losses, workspace.towards as Tensor, workspace.along as Tensor),
  ],
  slope({ kernels, output, targets, workspace }, dOutput, factor) {
    const share = workspace.share as Tensor;
    const scaled = { tensor: share, beta: 0 } as const;
    return [
      kernels.copy(workspace.towards as Tensor, scaled, factor),
      kernels.scaleEachRow(targets, share, dOutput),
      kernels.copy(workspace.along as Tensor, scaled, factor),
      kernels.scaleEachRow(output, share, { tensor: dOutput.tensor, beta: 1 }),
    ];
  },
});

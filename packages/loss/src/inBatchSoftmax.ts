import type { Loss } from '@fluxion/graph';
import { expectShape, OptionError, ShapeError, type Tensor } from '@fluxion/tensor';

/** Options of inBatchSoftmax. */
export interface InBatchSoftmaxOptions {
  /** What scores are divided by, above 0: the smaller, the more the nearest candidates count. Default 1. */
  readonly temperature?: number;
}

/**
 * Retrieval within the minibatch, for recommendation and search: the candidates of the other examples stand for all that could have
 * been shown. The output is a query u and its candidate v side by side, as concat() makes it of two towers, and
 * l_i = −log (e^(s_ii) / Σ_j e^(s_ij)), with s_ij = u_i · v_j / temperature. The label says which thing the candidate is: where
 * another example has the same one, it is not taken for a wrong answer.
 *
 * Shapes   output [batch, 2·units], labels [batch], whole numbers from 0, losses [batch]
 * bprop    with p_ij = softmax_j(s_ij): du_i = Σ_j (p_ij − e_ij) v_j / (temperature · batch), dv_j = Σ_i (p_ij − e_ij) u_i /
 *          (temperature · batch)
 *
 * A loss depends on the others of its minibatch, and is 0 where there are none: train with a batchSize.
 *
 * @throws {OptionError} when the temperature is not positive; {ShapeError} when an example of the output is not a vector of even
 *   length.
 * @see Yi et al., "Sampling-bias-corrected neural modeling for large corpus item recommendations", RecSys 2019, equation 4, without
 *   the correction; van den Oord, Li, Vinyals, "Representation learning with contrastive predictive coding", arXiv 1807.03748, 2018.
 * @example
 * const loss = inBatchSoftmax({ temperature: 0.1 });
 */
export function inBatchSoftmax({ temperature = 1 }: InBatchSoftmaxOptions = {}): Loss<'labels'> {
  if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY)) {
    throw new OptionError(
      `inBatchSoftmax temperature: expected a positive number, got ${temperature}; give one, as 0.1`,
    );
  }
  return temperature === 1 ? usual : make(temperature);
}

function make(temperature: number): Loss<'labels'> {
  return Object.freeze<Loss<'labels'>>({
    kind: 'inBatchSoftmax',
    targets: 'labels',
    link: 'identity',
    mixesExamples: true,
    labelBound: () => 2 ** 31,
    expectOutput(shape, where) {
      expectShape(where, ['units'], shape, 'end the graph with concat() of a query and its candidate');
      if ((shape[0] as number) % 2 !== 0) {
        throw new ShapeError(
          `${where}: expected an even length, a query and its candidate, got ${shape[0]}; end the graph with concat() of the two`,
        );
      }
    },
    workspace: () => ({ logSums: [] }),
    fprop: ({ kernels, output, targets, losses, workspace }) => [
      kernels.contrast(output, targets, temperature, losses, workspace.logSums as Tensor),
    ],
    bprop: ({ kernels, output, targets, weights, workspace, dOutput, factor }) => [
      kernels.contrastGradient(
        output,
        targets,
        temperature,
        workspace.logSums as Tensor,
        weights,
        dOutput,
        factor,
      ),
    ],
  });
}

// One object, so that the same loss is the same objective.
const usual = make(1);

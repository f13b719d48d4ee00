import type { Loss } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import { lossOfRows } from './lossOfRows.js';

/** How a cross-entropy of labels differs from the plain one. */
interface Variant {
  readonly kind: string;
  /** Share ε of the labels that is spread evenly over all classes. */
  readonly labelSmoothing?: number;
  /** γ, by which examples that are classified well count less. */
  readonly gamma?: number;
}

/** Cross-entropy of softmax, from logits, of one label an example or a step. */
export function crossEntropyOfLabels({ kind, labelSmoothing = 0, gamma = 0 }: Variant): Loss<'labels'> {
  return lossOfRows<'labels'>({
    kind,
    targets: 'labels',
    link: 'softmax',
    fix: 'end the graph with linear(number of classes)',
    workspace: (classes) => ({ probabilities: [classes], ...(gamma !== 0 && { factors: [] }) }),
    value({ kernels, output, targets, workspace }, losses) {
      const probabilities = workspace.probabilities as Tensor;
      const { factors } = workspace;
      return [
        kernels.softmaxCrossEntropy(output, targets, probabilities, losses),
        labelSmoothing === 0 ? undefined : kernels.smoothLabels(output, targets, labelSmoothing, losses),
        factors && kernels.focusLosses(probabilities, targets, gamma, losses, factors),
      ];
    },
    slope({ kernels, targets, workspace }, dOutput, factor) {
      const { factors } = workspace;
      const { tensor } = dOutput;
      return [
        kernels.softmaxCrossEntropyGradient(workspace.probabilities as Tensor, targets, dOutput, factor),
        labelSmoothing === 0
          ? undefined
          : kernels.smoothLabelsGradient(targets, labelSmoothing * factor, tensor),
        factors && kernels.scaleEachRow(tensor, factors, { tensor, beta: 0 }),
      ];
    },
  });
}

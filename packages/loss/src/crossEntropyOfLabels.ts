import type { Loss, LossBackwardCells, LossCells, Runs } from '@fluxion/graph';
import { expectShape, reshape, type Shape, type Tensor } from '@fluxion/tensor';

/** How a cross-entropy of labels differs from the plain one. */
interface Variant {
  readonly kind: string;
  /** Share ε of the labels that is spread evenly over all classes. */
  readonly smoothing?: number;
  /** γ, by which examples that are right are counted less. */
  readonly focus?: number;
}

/**
 * Cross-entropy of softmax, from logits: of one label an example, [classes], or of one label a step of a sequence, [length,
 * classes], whose loss is the mean over the steps that count: those that the mask and the label −1 do not leave out.
 */
export function crossEntropyOfLabels({ kind, smoothing = 0, focus = 0 }: Variant): Loss<'labels'> {
  return Object.freeze<Loss<'labels'>>({
    kind,
    targets: 'labels',
    link: 'softmax',
    masked: true,
    expectOutput(shape, where) {
      if (shape.length === 2) return;
      expectShape(where, ['classes'], shape, 'end the graph with linear(number of classes)');
    },
    labelShape: (shape) => shape.slice(0, -1),
    workspace: (shape) => ({
      probabilities: shape,
      ...(focus === 0 ? {} : { factors: shape.slice(0, -1) }),
      ...(isSequence(shape) ? { steps: shape.slice(0, -1), shares: shape.slice(0, -1) } : {}),
    }),
    fprop: (cells) => fprop(cells, smoothing, focus),
    bprop: (cells) => bprop(cells, smoothing, focus),
  });
}

function isSequence(outputShape: Shape): boolean {
  return outputShape.length > 1;
}

function fprop(cells: LossCells<'labels'>, smoothing: number, focus: number): Runs {
  const { kernels, output, targets, mask, losses, workspace } = cells;
  const { steps, shares, factors } = workspace;
  const [logits, probabilities] = [rowsOf(output), rowsOf(workspace.probabilities as Tensor)];
  const labels = reshape(targets, [targets.size]);
  const each = listOf(steps ?? losses);
  return [
    shares && kernels.countLabels(labels, mask, shares),
    shares && kernels.meanShares(shares, shares),
    kernels.softmaxCrossEntropy(logits, labels, probabilities, each),
    smoothing === 0 ? undefined : kernels.smoothLabels(logits, labels, smoothing, each),
    factors && kernels.focusLosses(probabilities, labels, focus, each, listOf(factors)),
    steps && shares && kernels.sumSteps(steps, shares, { tensor: losses, beta: 0 }),
  ];
}

function bprop(cells: LossBackwardCells<'labels'>, smoothing: number, focus: number): Runs {
  const { kernels, targets, workspace, dOutput, factor } = cells;
  const { shares, factors } = workspace;
  const labels = reshape(targets, [targets.size]);
  const dLogits = rowsOf(dOutput.tensor);
  const sink = { tensor: dLogits, beta: dOutput.beta };
  const inPlace = { tensor: dLogits, beta: 0 as const };
  return [
    kernels.softmaxCrossEntropyGradient(rowsOf(workspace.probabilities as Tensor), labels, sink, factor),
    smoothing === 0 ? undefined : kernels.smoothLabelsGradient(labels, smoothing * factor, dLogits),
    focus === 0 || factors === undefined
      ? undefined
      : kernels.scaleEachRow(dLogits, listOf(factors), inPlace),
    shares && kernels.scaleEachRow(dLogits, listOf(shares), inPlace),
  ];
}

/** All steps of all examples, as the rows of a matrix. */
function rowsOf(view: Tensor): Tensor {
  if (view.dimension === 2) return view;
  const [batch, length, classes] = view.shape as [number, number, number];
  return reshape(view, [batch * length, classes]);
}

function listOf(view: Tensor): Tensor {
  return view.dimension === 1 ? view : reshape(view, [view.size]);
}

import { OptionError, type Penalty } from '@fluxion/tensor';
import type { FlowGraph } from './flowGraph.js';
import type { Loss, Regularizer } from './loss.js';

/** One loss for the main output, or a loss for each output by name. */
export type Losses = Loss | Readonly<Record<string, Loss>>;

/** What training makes small: the mean of each output's loss, summed, plus Ω over the weights. */
export interface Objective {
  /** Loss by the name of the output that it measures. */
  readonly losses: ReadonlyMap<string, Loss>;
  readonly penalty: Penalty;
}

const NONE: Penalty = { l1: 0, l2: 0 };

/**
 * The objective of a model. A backward pass is bound to it once, so make it once and keep it.
 *
 * @throws {OptionError} when a loss names an output that the model does not have, or there is none.
 * @throws {ShapeError} when a loss does not fit its output.
 */
export function objective(model: FlowGraph, loss: Losses, regularizer: Regularizer = NONE): Objective {
  const losses = new Map(isLoss(loss) ? [[model.outputs[0] as string, loss]] : Object.entries(loss));
  if (losses.size === 0) {
    throw new OptionError(
      'loss: expected a loss for at least one output, got none; give one, as softmaxCrossEntropy()',
    );
  }
  for (const [output, measure] of losses) {
    const { kind } = measure;
    if (!model.outputs.includes(output)) {
      throw new OptionError(
        `loss '${kind}': expected one of the outputs ${model.outputs.join(', ')}, got '${output}'; name one of these`,
      );
    }
    measure.expectOutput?.(model.box(output).shape, `${kind} of '${output}'`);
  }
  return { losses, penalty: { l1: regularizer.l1, l2: regularizer.l2 } };
}

/** The part of Ω that counts a parameter: all of it for weights, nothing for biases. */
export function penaltyOf(objective: Objective, parameter: { regularized: boolean }): Penalty {
  return parameter.regularized ? objective.penalty : NONE;
}

function isLoss(loss: Losses): loss is Loss {
  return typeof loss.fprop === 'function';
}

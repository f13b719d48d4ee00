import { formatShape, OptionError, type Penalty, type Shape, sizeOf } from '@fluxion/tensor';
import type { Loss } from '../box/loss.js';
import type { BuiltGraph } from './builtGraph.js';

/** One loss for the main output, or a loss for each output by name. */
export type Losses = Loss | Readonly<Record<string, Loss>>;

/** Loss by the name of the output that it measures. */
export type LossesByOutput = ReadonlyMap<string, Loss>;

/** What training makes small: the mean of each output's loss, summed, plus Ω over the weights. */
export interface Objective {
  /** The same losses are the same map, whatever Ω is. */
  readonly losses: LossesByOutput;
  readonly penalty: Penalty;
}

/** Ω = 0. */
export const noPenalty: Penalty = { l1: 0, l2: 0 };

const known = new WeakMap<BuiltGraph, Objective[]>();

/**
 * The objective of a model. The same losses and the same Ω are the same objective however often it is asked for, and a
 * pass keeps what it has bound to one as long as the model lives: make a loss of your own once, not for each call.
 *
 * @throws {OptionError} when a loss names an output that the model does not have, or there is none.
 * @throws {ShapeError} when a loss does not fit its output.
 * @example
 * const tape = model.fprop(inputs);
 * tape.loss(objective(model, softmaxCrossEntropy(), l2(0.1)), targets); // the mean loss, without Ω
 */
export function objective(model: BuiltGraph, loss: Losses, regularizer: Penalty = noPenalty): Objective {
  if (typeof loss !== 'object' || loss === null) {
    throw new OptionError(`loss: expected a loss, got ${typeof loss}; give one, as softmaxCrossEntropy()`);
  }
  const wanted = new Map(isLoss(loss) ? [[model.outputs[0] as string, loss]] : Object.entries(loss));
  const objectives = known.get(model) ?? [];
  const alike = objectives.filter(({ losses }) => sameLosses(losses, wanted));
  const { l1, l2 } = regularizer;
  const same = alike.find(({ penalty }) => penalty.l1 === l1 && penalty.l2 === l2);
  if (same !== undefined) return same;
  if (alike.length === 0) expectLosses(model, wanted);
  const made = { losses: alike[0]?.losses ?? wanted, penalty: { l1, l2 } };
  known.set(model, [...objectives, made]);
  return made;
}

function sameLosses(a: LossesByOutput, b: LossesByOutput): boolean {
  return a.size === b.size && [...a].every(([output, loss]) => b.get(output) === loss);
}

function expectLosses(model: BuiltGraph, losses: LossesByOutput): void {
  if (losses.size === 0) {
    throw new OptionError(
      'loss: expected a loss for at least one output, got none; give one, as softmaxCrossEntropy()',
    );
  }
  for (const [output, measure] of losses) {
    if (typeof measure?.fprop !== 'function') {
      throw new OptionError(
        `loss of '${output}': expected a loss, got ${typeof measure}; give one, as softmaxCrossEntropy()`,
      );
    }
    const { kind } = measure;
    if (!model.outputs.includes(output)) {
      throw new OptionError(
        `loss '${kind}': expected one of the outputs ${model.outputs.join(', ')}, got '${output}'; name one of these`,
      );
    }
    const { shape, mask } = model.box(output);
    measure.expectOutput?.(shape, `${kind} of '${output}'`);
    const targets = measure.targets === 'labels' ? (measure.labelShape?.(shape) ?? []) : shape;
    const eachStep = weighsSteps(measure, shape) ? sizeOf(targets.slice(1)) : undefined;
    if (measure.classWeights !== undefined && (eachStep ?? sizeOf(targets)) !== 1) {
      throw new OptionError(
        `loss '${kind}' of '${output}' class weights: expected one target for each example${eachStep === undefined ? '' : ' and step'}, got targets of shape ${formatShape(targets)}; weigh the examples instead`,
      );
    }
    const units = shape.at(-1) ?? 1;
    const classes = units === 1 ? 2 : units;
    if (measure.classWeights !== undefined && measure.classWeights.length !== classes) {
      throw new OptionError(
        `loss '${kind}' of '${output}' class weights: expected one for each of its ${classes} classes, got ${measure.classWeights.length}; give as many`,
      );
    }
    if (mask !== undefined && measure.masked !== true) {
      throw new OptionError(
        `loss '${kind}' of '${output}': expected an output without a mask, got that of input '${mask}', whose padding it would count; use a loss of sequences, as softmaxCrossEntropy(), or end the mask before`,
      );
    }
  }
}

/** Whether a loss of such an output has weights of steps. */
export function weighsSteps(loss: Loss, outputShape: Shape): boolean {
  return loss.weighsSteps === true && outputShape.length === 2;
}

/** The part of Ω that counts a parameter: all of it for weights, nothing for biases. */
export function penaltyOf(objective: Objective, parameter: { regularized: boolean }): Penalty {
  return parameter.regularized ? objective.penalty : noPenalty;
}

function isLoss(loss: Losses): loss is Loss {
  return typeof loss.fprop === 'function';
}

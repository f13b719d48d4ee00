import type { Box, FlowGraph, Loss } from '@fluxion/graph';
import { losses } from '@fluxion/loss';
import { OptionError } from '@fluxion/tensor';

/**
 * The loss of that kind.
 *
 * @throws {OptionError} when there is none.
 */
export function lossByName(kind: string): Loss {
  const loss = losses[kind]?.();
  if (loss !== undefined) return loss;
  throw new OptionError(
    `loss: expected one of ${Object.keys(losses).join(', ')}, got '${kind}'; name one of these`,
  );
}

/** Kinds of boxes whose values are no probabilities, but by chance. */
const UNBOUNDED: readonly string[] = ['linear', 'relu', 'tanh'];

/**
 * The loss of that kind, if it says anything of the model's main output.
 *
 * @throws {OptionError} when there is no such loss, the output is a single class, or the loss wants probabilities and the
 *   output is none.
 */
export function lossFor(kind: string, model: FlowGraph): Loss {
  const loss = lossByName(kind);
  const { name, shape, description } = model.box(model.outputs[0] as string);
  if (loss.targets === 'labels' && shape.length === 1 && shape[0] === 1) {
    throw new OptionError(
      `loss ${kind}: expected 2 classes or more, got 1, the model's output '${name}'; its loss is the same whatever is learned: add classes, or take binaryCrossEntropy`,
    );
  }
  if (kind === 'negativeLogLikelihood' && UNBOUNDED.includes(description.kind)) {
    throw new OptionError(
      `loss ${kind}: expected probabilities, got the model's output '${name}', a ${description.kind} box; end the graph with a softmax box, or take softmaxCrossEntropy`,
    );
  }
  return loss;
}

/** The box of a model's main output, which a target is compared with. */
export function mainOutput(model: FlowGraph): Box {
  return model.box(model.outputs[0] as string);
}

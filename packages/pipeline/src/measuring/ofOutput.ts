import { type FlowGraph, given, type Link } from '@fluxion/graph';
import type { Metric } from '@fluxion/metrics';
import { elements, type Tensor, tensor } from '@fluxion/tensor';
import type { ModelMetric } from './modelMetric.js';
import { probabilities } from './probabilities.js';

/**
 * A metric of an output that need not be the main one. Its targets are those of the output's name, or the only ones.
 *
 * @param output the name of a box
 * @param link what makes probabilities of it for a metric of classes. By default what the loss has that `meanLoss`
 *   measures beside it; without one, nothing for a `softmax` or `sigmoid` box, sigmoid for one unit, softmax for several
 * @throws {OptionError} when it begins and there is no such box; while running, when there are no targets for it.
 * @example
 * const { age } = await evaluate(model, examples(source, options), { age: ofOutput('age', accuracy()) });
 */
export function ofOutput<Value>(output: string, metric: Metric<Value>, link?: Link): ModelMetric<Value> {
  return {
    metric,
    bind(model, links) {
      const cell = { name: output, where: `${metric.kind} of '${output}'` };
      const isProbability = metric.compares === 'classes';
      const made = isProbability ? (link ?? links[output] ?? linkOf(model, output)) : 'identity';
      model.box(output);
      return (tape, { targets, weights }) => ({
        predictions: probabilities(tape.value(output), made),
        targets: metric.compares === 'numbers' ? undefined : given(targets, cell, [cell]),
        weights: isProbability ? placeWeights(tape.mask(output), weights) : weights,
      });
    },
  };
}

/** What each place of the sequences counts: its example's weight, or nothing where it is padding. */
function placeWeights(mask: Tensor | undefined, weights: Tensor | undefined): Tensor | undefined {
  if (mask === undefined) return weights;
  const length = mask.shape[1] as number;
  const values = weights === undefined ? undefined : elements(weights);
  const places = Float64Array.from(
    elements(mask),
    (there, i) => there * (values?.[Math.floor(i / length)] ?? 1),
  );
  return tensor(places, mask.shape);
}

function linkOf(model: FlowGraph, output: string): Link {
  const { description, shape } = model.box(output);
  if (description.kind === 'softmax' || description.kind === 'sigmoid') return 'identity';
  return shape.at(-1) === 1 ? 'sigmoid' : 'softmax';
}

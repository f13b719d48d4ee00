import { Encoder, inTargetUnits } from '@fluxion/data';
import { type FlowGraph, given, type Link } from '@fluxion/graph';
import type { Metric } from '@fluxion/metrics';
import { elements, type Labels, type Tensor, tensor } from '@fluxion/tensor';
import { linkOf } from './linkOf.js';
import type { ModelMetric } from './modelMetric.js';
import { probabilities } from './probabilities.js';

/**
 * A metric of an output that need not be the main one. Its targets are those of the output's name, or the only ones.
 *
 * A metric of classes gets probabilities. A metric of values gets the target's own units, where the model has an encoder
 * that standardizes it.
 *
 * @param output the name of a box
 * @param link what makes probabilities of it. By default what the loss has that `meanLoss` measures beside it; without one,
 *   nothing for a `softmax` or `sigmoid` box, sigmoid for one unit, softmax for several
 * @throws {OptionError} when it begins and there is no such box; while running, when there are no targets for it.
 * @example
 * const { age } = await evaluate(model, examples(source, options), { age: ofOutput('age', accuracy()) });
 */
export function ofOutput<Value>(output: string, metric: Metric<Value>, link?: Link): ModelMetric<Value> {
  return {
    metric,
    bind(model, links) {
      const cell = { name: output, where: `${metric.name} of '${output}'` };
      model.box(output);
      if (metric.compares === 'classes') {
        const made = link ?? links[output] ?? linkOf(model, output);
        return (tape, { targets, weights }) => ({
          predictions: probabilities(tape.value(output), made),
          targets: given(targets, cell, [cell]),
          weights: placeWeights(tape.mask(output), weights),
        });
      }
      if (metric.compares === 'numbers') {
        return (tape, { weights }) => ({ predictions: tape.value(output), weights });
      }
      const { valuesOf, targetsOf } = unitsOf(model, output);
      return (tape, { targets, weights }) => ({
        predictions: valuesOf(tape.value(output)),
        targets: targetsOf(given(targets, cell, [cell])),
        weights,
      });
    },
  };
}

type InUnits = (values: Tensor | Labels) => Tensor;

/** Gives outputs and targets back in the units of the table. */
function unitsOf(
  model: FlowGraph,
  output: string,
): { readonly valuesOf: InUnits; readonly targetsOf: InUnits } {
  const targets = model.encoder instanceof Encoder ? model.encoder.targets : {};
  const [only, ...others] = Object.values(targets);
  const target = targets[output] ?? (others.length === 0 ? only : undefined);
  if (target?.kind !== 'number') {
    const asTheyAre: InUnits = (values) => values as Tensor;
    return { valuesOf: asTheyAre, targetsOf: asTheyAre };
  }
  const each =
    (inUnits: (value: number) => number): InUnits =>
    (values) =>
      tensor(Float64Array.from(elements(values), inUnits), values.shape);
  return {
    valuesOf: each((value) => inTargetUnits(target, value)),
    targetsOf: each((value) => target.mean + target.deviation * value),
  };
}

/** What each place of the sequences counts: its own weight or its example's, or nothing where it is padding. */
function placeWeights(mask: Tensor | undefined, weights: Tensor | undefined): Tensor | undefined {
  if (mask === undefined) return weights;
  const length = weights?.dimension === 2 ? 1 : (mask.shape[1] as number);
  const values = weights === undefined ? undefined : elements(weights);
  const places = Float64Array.from(
    elements(mask),
    (there, i) => there * (values?.[Math.floor(i / length)] ?? 1),
  );
  return tensor(places, mask.shape);
}

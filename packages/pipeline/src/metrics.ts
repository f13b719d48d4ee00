import type { Examples } from '@fluxion/data';
import { type FlowGraph, given, type Losses, objective, type Tape } from '@fluxion/graph';
import { elements, expectShape, OptionError } from '@fluxion/tensor';
import { argmax } from './argmax.js';

/** A number about a model's outputs on many examples. */
export interface Metric {
  /** Begins anew. */
  start(model: FlowGraph): RunningMetric;
}

/** A metric on its way through the examples. */
export interface RunningMetric {
  add(tape: Tape, examples: Examples): void;
  /** The metric over the examples so far; NaN before the first. */
  value(): number;
}

/**
 * Mean loss per example, without Ω.
 *
 * @throws {OptionError} or {ShapeError} when it starts, if the loss does not fit the model; while running, {ShapeError} when
 *   targets and output do not fit, {DataError} on a target that the loss cannot take.
 * @example
 * const { loss } = await evaluate(model, examples(source, options), { loss: meanLoss(softmaxCrossEntropy()) });
 */
export function meanLoss(loss: Losses): Metric {
  return {
    start(model) {
      const target = objective(model, loss);
      return meanOver((tape, { targets, size }) => tape.loss(target, targets) * size);
    },
  };
}

/**
 * Share of the examples, in [0, 1], whose label has the largest output; with an output of one unit, whose target, 0 or 1,
 * is on the same side as the output: of 0, or of ½ where a `sigmoid` box gives it.
 *
 * @param output the output that predicts; the main one unless named. Its targets are those of that name, or the only ones
 * @throws {OptionError} while running, when there are no targets for the output, or they are not labels and it has several
 *   units; {ShapeError} when an example of the output is not a vector.
 * @example
 * const { right } = await evaluate(model, examples(source, options), { right: accuracy() });
 */
export function accuracy(output?: string): Metric {
  return {
    start(model) {
      const name = output ?? (model.outputs[0] as string);
      const where = `accuracy of '${name}'`;
      expectShape(where, ['classes'], model.box(name).shape, 'measure the loss instead');
      const cell = { name, where };
      const middle = model.box(name).description.kind === 'sigmoid' ? 0.5 : 0;
      return meanOver((tape, { targets }) => {
        const truth = elements(given(targets, cell, [cell]));
        const value = tape.value(name);
        const [batch, units] = value.shape;
        if (truth.length !== batch) {
          throw new OptionError(
            `${where}: expected one target per example, got ${truth.length} for ${batch} examples; measure the loss instead`,
          );
        }
        const predicted =
          units === 1 ? Array.from(elements(value), (z) => (z > middle ? 1 : 0)) : argmax(value);
        let right = 0;
        for (let i = 0; i < truth.length; i++) if (predicted[i] === truth[i]) right++;
        return right;
      });
    },
  };
}

/** Mean over the examples, of what `sum` gives for a minibatch. */
function meanOver(sum: (tape: Tape, examples: Examples) => number): RunningMetric {
  let total = 0;
  let count = 0;
  return {
    add(tape, examples) {
      total += sum(tape, examples);
      count += examples.size;
    },
    value: () => total / count,
  };
}

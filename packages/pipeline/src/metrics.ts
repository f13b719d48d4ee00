import type { Examples } from '@fluxion/data';
import { type FlowGraph, type Losses, type Objective, objective, type Tape } from '@fluxion/graph';
import { elements, OptionError } from '@fluxion/tensor';
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

/** Mean loss per example, without Ω. */
export function meanLoss(loss: Losses): Metric {
  return {
    start(model) {
      const target: Objective = objective(model, loss);
      return meanOver((tape, { targets, size }) => tape.loss(target, targets) * size);
    },
  };
}

/**
 * Share of the examples, in [0, 1], whose label has the largest output; with an output of one unit, whose target, 0 or 1,
 * is on the same side as the logit.
 *
 * @param output the output that predicts; the main one unless named
 * @throws {OptionError} while running, when the targets are not labels and the output has several units.
 */
export function accuracy(output?: string): Metric {
  return {
    start(model) {
      const name = output ?? (model.outputs[0] as string);
      return meanOver((tape, { targets }) => {
        const truth = elements(
          (targets[name] ?? Object.values(targets)[0]) as Parameters<typeof elements>[0],
        );
        const value = tape.value(name);
        const units = value.shape[1] ?? 1;
        if (truth.length !== value.shape[0]) {
          throw new OptionError(
            `accuracy of '${name}': expected one target per example, got ${truth.length} for ${value.shape[0]} examples; measure the loss instead`,
          );
        }
        const predicted = units === 1 ? Array.from(elements(value), (z) => (z > 0 ? 1 : 0)) : argmax(value);
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

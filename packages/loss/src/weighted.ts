import type { Loss } from '@fluxion/graph';
import { expectNames, expectObject, OptionError } from '@fluxion/tensor';

/** What a loss counts. */
export interface LossWeights {
  /** The whole loss, beside those of other outputs. Default 1. */
  readonly weight?: number;
  /** Each example, or step of a sequence, by its class: one number for each. Default 1 for all. */
  readonly classes?: readonly number[];
}

/**
 * The same loss with other weights: weight · classes[label] · l, averaged over the examples; of sequences, each step's loss times
 * its classes[label], averaged over the steps first. For one unit whose targets are from 0 to 1, as binaryCrossEntropy's, two numbers
 * are the weights of 0 and 1, mixed in between. Weights of examples or steps, where the data gives some, multiply these.
 *
 * Make it once, not for each call: another object is another objective.
 *
 * @throws {OptionError} when a weight is not a number from 0; by the objective, when there are weights of classes and an example
 *   or step has more than one target.
 * @example
 * const loss = weighted(softmaxCrossEntropy(), { classes: [1, 20] }); // the second class is rare
 */
export function weighted<T extends Loss['targets']>(loss: Loss<T>, weights: LossWeights): Loss<T> {
  expectObject('weighted loss', loss, 'a loss', ['kind', 'targets'], 'give one, as softmaxCrossEntropy()');
  const {
    weight = 1,
    classes,
    ...rest
  } = expectObject('weighted', weights, 'an object of weights', [], 'give one, as { classes: [1, 20] }');
  expectNames('weighted', rest, ['weight', 'classes']);
  for (const value of [weight, ...(classes ?? [])]) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new OptionError(`weighted: expected numbers from 0, got ${value}; give such weights`);
    }
  }
  const all = { ...loss, weight: weight * (loss.weight ?? 1) };
  return Object.freeze(classes === undefined ? all : { ...all, classWeights: [...classes] });
}

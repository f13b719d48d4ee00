import type { Examples } from '@fluxion/data';
import { DataError, elements, type Tensor } from '@fluxion/tensor';

/**
 * Refuses what a model makes of a minibatch where it is no number.
 *
 * @throws {DataError} naming the row of the first such example.
 */
export function expectFiniteOutput(output: Tensor, examples: Examples): void {
  const values = elements(output);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return;
  throw new DataError(
    `expected a finite number from the model, got ${values[wrong]}; look for inputs that are not finite or very large, or for a model that has diverged`,
    examples.locate?.(Math.floor((wrong * examples.size) / values.length)),
  );
}

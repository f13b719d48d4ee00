import type { FlowGraph } from '@fluxion/graph';
import type { DivergenceError } from '@fluxion/pipeline';
import { StateError } from '@fluxion/tensor';
import { formatSignificant } from '@fluxion/terminal';

const FIX = 'try a smaller --learning-rate, or inputs of a smaller scale';

/** A loss that has risen by so much is no matter of chance. */
const FACTOR = 1000;

/** Losses below this are as good as none: what is more is measured against it. */
const NEGLIGIBLE = 1e-3;

/** The error that ends training which leads nowhere. */
export function diverged(epoch: number, error: DivergenceError): StateError {
  return new StateError(
    `training diverged at example ${error.example} of epoch ${epoch}: expected a finite loss, got ${error.loss}; ${FIX}`,
    { cause: error },
  );
}

/**
 * Refuses parameters that are no finite numbers, which the last steps of an epoch may have left without a loss to show it.
 *
 * @throws {StateError} naming the parameter.
 */
export function expectFinite(model: FlowGraph, epoch: number): void {
  for (const { name, value } of model.parameters) {
    const wrong = value.data.find((number) => !Number.isFinite(number));
    if (wrong !== undefined) {
      throw new StateError(
        `training diverged in epoch ${epoch}: expected finite numbers in ${name}, got ${wrong}; ${FIX}`,
      );
    }
  }
}

/** What to say of a loss that is still finite, but far above what it was before the first update; undefined if it is not. */
export function riseOf(before: number, after: number | undefined): string | undefined {
  if (after === undefined || !(after > FACTOR * Math.max(before, NEGLIGIBLE))) return undefined;
  return `training diverges: the loss has risen from ${formatSignificant(before)} to ${formatSignificant(after)}; ${FIX}`;
}

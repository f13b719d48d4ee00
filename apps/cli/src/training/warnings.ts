import type { FlowGraph } from '@fluxion/graph';
import type { DivergenceError } from '@fluxion/pipeline';
import { StateError } from '@fluxion/tensor';
import { formatSignificant } from '@fluxion/terminal';
import type { FoundColumns } from '../columns/findColumns.js';

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
export function riseWarning(before: number, after: number | undefined): string | undefined {
  if (after === undefined || !(after > FACTOR * Math.max(before, NEGLIGIBLE))) return undefined;
  return `training diverges: the loss has risen from ${formatSignificant(before)} to ${formatSignificant(after)}; ${FIX}`;
}

/** More classes than these are counted, not named. */
const NAMED = 10;

/** What may well be wrong with the columns that a model is to be trained on, in words. */
export function columnWarnings({ inputs, target, emptyClasses }: FoundColumns): readonly string[] {
  const given = Object.values(inputs).flatMap(({ columns }) => columns);
  const shown = target.columns.filter((column) => given.includes(column));
  const doubts: string[] = [];
  // A model that is to give back all that it is given is meant so.
  if (shown.length > 0 && given.some((column) => !target.columns.includes(column))) {
    doubts.push(
      `the target ${shown.join(', ')} is among the inputs: the model is given what it is to predict`,
    );
  }
  if (emptyClasses.length > 0) {
    const which =
      emptyClasses.length > NAMED ? `${emptyClasses.length} classes` : `class ${emptyClasses.join(', ')}`;
    doubts.push(`no example of ${target.columns.join(', ')} is of ${which}`);
  }
  return doubts;
}

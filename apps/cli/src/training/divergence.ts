import type { FlowGraph } from '@fluxion/graph';

/**
 * The error that ends training which leads nowhere.
 *
 * @param example number of the example within the epoch, from 1
 */
export function diverged(epoch: number, example: number, what: string): Error {
  return new Error(
    `training diverged at example ${example} of epoch ${epoch}: ${what}; try a smaller --learning-rate, or inputs of a smaller scale`,
  );
}

/**
 * Refuses parameters that are no finite numbers, which the last steps of an epoch may have left without a loss to show it.
 *
 * @throws {Error} naming the parameter.
 */
export function expectFinite(model: FlowGraph, epoch: number): void {
  const broken = model.parameters.find(({ value }) => !value.data.every(Number.isFinite));
  if (broken !== undefined) {
    throw new Error(
      `training diverged in epoch ${epoch}: ${broken.name} is not finite; try a smaller --learning-rate, or inputs of a smaller scale`,
    );
  }
}

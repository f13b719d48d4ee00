import type { FlowGraph } from '@fluxion/graph';
import type { DivergenceError } from '@fluxion/pipeline';

/** The error that ends training which leads nowhere. */
export function diverged(epoch: number, { example, loss }: DivergenceError): Error {
  return new Error(
    `training diverged at example ${example} of epoch ${epoch}: the loss is ${loss}; try a smaller --learning-rate, or inputs of a smaller scale`,
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

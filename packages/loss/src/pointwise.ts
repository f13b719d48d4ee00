import type { Link, Loss } from '@fluxion/graph';
import { type LossName, numbersOf, pointwiseLosses } from '@fluxion/tensor';
import { lossOfRows, type RowLoss } from './lossOfRows.js';

/** What a pointwise loss has besides its name. */
interface PointwiseOptions {
  readonly link?: Link;
  readonly options?: Readonly<Record<string, number>>;
  readonly refusal?: RowLoss<'values'>['refusal'];
}

/**
 * A loss that is the sum over the units of a term in the output and the target: one of the tensor package's table.
 *
 * @throws {OptionError} on an option that it does not have, or does not accept.
 */
export function pointwise(
  kind: LossName,
  { link = 'identity', options = {}, refusal }: PointwiseOptions = {},
): Loss<'values'> {
  const numbers = numbersOf(kind, pointwiseLosses[kind].options ?? {}, options);
  return lossOfRows<'values'>({
    kind,
    targets: 'values',
    link,
    fix: 'put flatten() at the end of the graph',
    ...(refusal && { refusal }),
    value: ({ kernels, output, targets }, losses) => [
      kernels.pointwiseLoss(kind, output, targets, losses, numbers),
    ],
    slope: ({ kernels, output, targets }, dOutput, factor) => [
      kernels.pointwiseLossGradient(kind, output, targets, dOutput, factor, numbers),
    ],
  });
}

import type { Loss } from '@fluxion/graph';
import { losses } from '@fluxion/loss';
import { OptionError } from '@fluxion/tensor';

/**
 * The loss of that kind.
 *
 * @throws {OptionError} when there is none.
 */
export function lossOf(kind: string): Loss {
  const loss = losses[kind]?.();
  if (loss !== undefined) return loss;
  throw new OptionError(
    `loss: expected one of ${Object.keys(losses).join(', ')}, got '${kind}'; name one of these`,
  );
}

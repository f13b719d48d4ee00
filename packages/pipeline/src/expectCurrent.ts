import { StateError } from '@fluxion/tensor';
import type { Backward } from './messages.js';

/**
 * Refuses gradients that have been kept too long.
 *
 * @param where the operator that is to use them
 * @throws {StateError} when their memory has gone to others, or the parameters have been updated since the bprop.
 */
export function expectCurrent(where: string, { model, version, lease }: Backward): void {
  if (lease.isOver()) {
    throw new StateError(
      `${where}: expected gradients that are lent now, got some whose memory later ones have; let no operator that delays or buffers stand between fprop and ${where}`,
    );
  }
  if (model.version !== version) {
    throw new StateError(
      `${where}: expected gradients of the parameters as they are, they have been updated ${model.version - version} times since the bprop; update once after each bprop`,
    );
  }
}

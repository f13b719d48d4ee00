import type { Box } from '@fluxion/graph';
import { sizeOf } from '@fluxion/tensor';

/** Numbers that training can change in a box. */
export function parameterCount({ parameters }: Box): number {
  return [...parameters.values()].reduce((sum, { value }) => sum + sizeOf(value.shape), 0);
}

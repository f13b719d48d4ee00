import type { Target } from '@fluxion/data';
import { type InputDescription, inputOptions } from '@fluxion/graph';
import { sizeOf } from '@fluxion/tensor';

/** Numbers that are predicted of an example. */
export function outputWidth(targets: readonly Target[]): number {
  return targets.reduce((sum, target) => sum + (target.kind === 'classes' ? target.classes.length : 1), 0);
}

/** Numbers in an example of all inputs. */
export function inputWidth(inputs: readonly InputDescription[]): number {
  return inputs.reduce((sum: number, input) => sum + sizeOf(inputOptions(input).shape), 0);
}

import type { Run } from '../kernels/run.js';
import type { LoopKernels } from '../loops/loopKernels.js';
import type { Tensor } from '../tensor.js';
import { rows } from './layout.js';
import type { Machine } from './machine.js';

/** Steps of recurrences. */
export function gateKernels({
  exports,
}: Machine): Pick<LoopKernels, 'lstmStep' | 'lstmStepGradient' | 'gruStep' | 'gruStepGradient'> {
  return {
    lstmStep: (...tensors) => bindStep('lstmStep', exports.lstmStep, tensors[1], tensors),
    lstmStepGradient: (...tensors) =>
      bindStep('lstmStepGradient', exports.lstmStepGradient, tensors[1], tensors),
    gruStep: (...tensors) => bindStep('gruStep', exports.gruStep, tensors[2], tensors),
    gruStepGradient: (...tensors) =>
      bindStep('gruStepGradient', exports.gruStepGradient, tensors[3], tensors),
  };
}

/** Binds a kernel of a state [batch, units] to tensors, each an address and the bytes from row to row. */
function bindStep<Kernel extends (...args: number[]) => void>(
  where: string,
  kernel: Kernel,
  { shape }: Tensor,
  tensors: readonly Tensor[],
): Run {
  const [batch, units] = shape as [number, number];
  const places = tensors.flatMap((tensor) => {
    const { address, row } = rows(where, tensor);
    return [address, row];
  });
  return () => kernel(batch, units, ...places);
}

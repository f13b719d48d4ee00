import { arena, createKernels } from '@fluxion/tensor';
import type { Trainer } from '../contenders/peer.js';
import type { Workload } from '../contenders/workload.js';
import { filled } from '../kernels/filled.js';

/** Only the products of matrices that a step on a minibatch has to compute, through BLAS: what bounds any training with it. */
export function blasProducts({ sizes, batchSize }: Workload): Promise<Trainer> {
  const memory = arena('float32');
  const kernels = createKernels('blas', memory);
  const runs = sizes.slice(1).flatMap((fanOut, layer) => {
    const fanIn = sizes[layer] as number;
    const input = filled(memory, [batchSize, fanIn]);
    const weight = filled(memory, [fanIn, fanOut]);
    const dOutput = filled(memory, [batchSize, fanOut]);
    const written = (columns: number) => ({ tensor: memory.tensor([batchSize, columns]), beta: 0 as const });
    const output = kernels.matmul(input, weight, written(fanOut));
    const dInput = kernels.matmul(dOutput, weight.transpose(1, 0), written(fanIn));
    // So small a factor that the weight stays in range however long it goes on.
    const update = kernels.matmul(input.transpose(1, 0), dOutput, { tensor: weight, beta: 1 }, 1e-9);
    return layer === 0 ? [output, update] : [output, dInput, update];
  });
  return Promise.resolve({
    version: 'the products of a step alone, by kernels blas',
    train(count) {
      for (let done = 0; done < count; done += batchSize) for (const run of runs) run();
      return Promise.resolve();
    },
  });
}
